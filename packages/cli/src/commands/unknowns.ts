/** docclf unknowns: which new types are among the documents that nobody recognised? */
import { writeFile } from 'node:fs/promises';
import { DocclfError, type Gallery, parseLabel, spaceOf } from '@docclf/core';
import { acceptProposal, type Proposal, proposeTypes } from '@docclf/core/unknowns';
import { openGallery } from '@docclf/gallery';
import { createDocClassifier } from '@docclf/node';
import { contactSheet } from '../contact-sheet.ts';
import type { Context, GalleryOptions, ModelOptions, ThresholdOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryExists, storeOf } from '../gallery-file.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';
import { thresholdOf } from '../threshold.ts';

export interface UnknownsCommandOptions extends GalleryOptions, ModelOptions, ThresholdOptions {
  readonly json?: boolean;
  readonly sheet?: string;
  /** Number of a proposal, or the id of a document of it. */
  readonly accept?: string;
  readonly label?: string;
}

export async function unknowns(
  { screen, signal }: Context,
  address: string,
  options: UnknownsCommandOptions,
): Promise<number> {
  const { json, model, sheet, accept } = options;
  const label = options.label === undefined ? undefined : parseLabel(options.label);
  await assertGalleryExists(address);
  await assertGalleryExists(options.gallery);
  const classifier = await createDocClassifier({
    gallery: await storeOf(options.gallery),
    model,
    threshold: thresholdOf(options),
  });
  try {
    const { gallery, embedder } = classifier;
    const inbox = await openGallery(await storeOf(address), spaceOf(embedder.manifest));
    try {
      const { value: threshold } = await classifier.threshold({ signal });
      const { proposals, alone, looked, kept } = await proposeTypes(inbox, { threshold, gallery, signal });
      if (accept !== undefined && label !== undefined) {
        const stored = await acceptProposal(find(proposals, accept), label, { inbox, gallery });
        await screen.print(`registered  ${printable(stored.label)}  ${stored.id}`);
        return exitCodes.done;
      }
      const counts = widest(proposals.map(({ ids }) => String(ids.length)));
      for (const [i, proposal] of proposals.entries()) {
        if (json) await screen.print(jsonLine(factsOf(proposal, i + 1)));
        else await screen.print(line(proposal, i + 1, counts));
      }
      const part = looked < kept ? ` Only the newest ${looked} were looked at.` : '';
      screen.note(`${kept} unknown: ${proposals.length} proposals, ${alone} like no other.${part}`);
      if (sheet !== undefined) {
        const members = await picturesOf(inbox, proposals);
        await writeSheet(sheet, contactSheet(proposals, members));
      }
      return exitCodes.done;
    } finally {
      await inbox.close();
    }
  } finally {
    await classifier.close();
  }
}

function find(proposals: readonly Proposal[], wanted: string): Proposal {
  const found = proposals[Number(wanted) - 1] ?? proposals.find(({ ids }) => ids.includes(wanted));
  if (found) return found;
  const expected = `the number of a proposal, 1 to ${proposals.length}, or the id of a document of it`;
  throw new DocclfError('INVALID_ARGUMENT', { argument: '--accept', expected, received: wanted });
}

function factsOf({ medoid, ids, firstSeen, lastSeen, nearest }: Proposal, number: number) {
  return { number, documents: ids.length, medoid: medoid.id, ids, firstSeen, lastSeen, nearest };
}

function line(
  { medoid, ids, firstSeen, lastSeen, nearest }: Proposal,
  number: number,
  columns: number,
): string {
  const days = [firstSeen, lastSeen].map((time) => time.slice(0, 10)).join(' to ');
  const like = nearest ? `most like ${printable(nearest.label)} (${nearest.score.toFixed(4)})` : '';
  return [
    pad(String(number), 3),
    `${pad(String(ids.length), columns)} documents`,
    medoid.id,
    days,
    like,
  ].join('  ');
}

/** Thumbnails by id, of those that have one. */
async function picturesOf(
  inbox: Gallery,
  proposals: readonly Proposal[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  for (const id of proposals.flatMap(({ ids }) => ids)) {
    const thumbnail = (await inbox.get(id))?.attachments.thumbnail;
    if (thumbnail) pictures.set(id, thumbnail);
  }
  return pictures;
}

async function writeSheet(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new DocclfError('FILE_UNWRITABLE', { file }, { cause });
  }
}
