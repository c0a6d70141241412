/** docclf classify: which document is each image? */
import { resolve } from 'node:path';
import { DocclfError, type Gallery, type ModelManifest, spaceOf } from '@docclf/core';
import { keepUnknown } from '@docclf/core/unknowns';
import { openGallery } from '@docclf/gallery';
import { type Classification, createDocClassifier } from '@docclf/node';
import type {
  ConcurrencyOptions,
  Context,
  GalleryOptions,
  ModelOptions,
  PathOptions,
  ThresholdOptions,
} from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryExists, assertGalleryWritable, storeOf } from '../gallery-file.ts';
import type { InputImage } from '../inputs.ts';
import { defaultConcurrency, overImages } from '../job.ts';
import { jsonLine, nameOf, pad, printable, widest } from '../text.ts';
import { thresholdOf } from '../threshold.ts';

export interface ClassifyCommandOptions
  extends GalleryOptions,
    ModelOptions,
    ConcurrencyOptions,
    PathOptions,
    ThresholdOptions {
  readonly json?: boolean;
  readonly top?: number;
  readonly expected?: readonly string[];
  readonly rotations?: boolean;
  /** Gallery that takes what comes back unknown. */
  readonly keepUnknown?: string;
  readonly keepThumbnails?: boolean;
}

export async function classify(
  context: Context,
  paths: readonly string[],
  options: ClassifyCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { gallery, model, json, top, expected, rotations, concurrency = defaultConcurrency } = options;
  await assertGalleryExists(gallery);
  const classifier = await createDocClassifier({
    gallery: await storeOf(gallery),
    model,
    threshold: thresholdOf(options),
    rotations,
  });
  const inbox = await openInbox(options, classifier.embedder.manifest).catch(async (error) => {
    await classifier.close();
    throw error;
  });
  try {
    let unknown = 0;
    const labels = (await classifier.labels()).map(({ label }) => printable(label));
    const columns = widest(labels) + 2;
    const code = await overImages(
      context,
      paths,
      options,
      ['accepted', 'unknown'],
      'on a terminal',
      async (job) => {
        if (screen.stdoutIsTerminal && !json) {
          await screen.print(row('status', 'label', 'score', 'margin', 'file', columns));
        }
        const outcomes = job.map(concurrency, ({ source }) =>
          classifier.classify(source, {
            topK: top,
            expected,
            vector: inbox !== undefined,
            thumbnail: inbox !== undefined && options.keepThumbnails,
            signal,
          }),
        );
        for await (const { image, result } of outcomes) {
          const { file, page } = image;
          const { vector: _, thumbnail: __, ...told } = result;
          const keptAs = inbox && (await keepUnknown(inbox, result));
          if (json) await screen.print(jsonLine({ file, page, ...told, keptAs }));
          else {
            await screen.print(line(image, result, columns));
            const why = whyUnknown(result);
            if (screen.stdoutIsTerminal && why) await screen.print(row('', why, '', '', '', 0).trimEnd());
            const state = stateNote(result);
            if (screen.stdoutIsTerminal && state) await screen.print(row('', state, '', '', '', 0).trimEnd());
            // The best one is on the line above.
            for (const { label, score } of top === undefined ? [] : result.candidates.slice(1)) {
              await screen.print(row('', printable(label), score.toFixed(4), '', '', columns).trimEnd());
            }
          }
          if (result.status === 'unknown') unknown++;
          job.done(result.status);
        }
      },
    );
    return code !== exitCodes.someFailed && code !== exitCodes.interrupted && unknown > 0
      ? exitCodes.unknown
      : code;
  } finally {
    await inbox?.close();
    await classifier.close();
  }
}

/** The gallery of `--keep-unknown`: never the one that is searched, or it would answer with what it did not know. */
async function openInbox(
  { keepUnknown: address, gallery }: ClassifyCommandOptions,
  manifest: ModelManifest,
): Promise<Gallery | undefined> {
  if (address === undefined) return undefined;
  if (resolve(address) === resolve(gallery)) {
    const expected = 'another gallery than --gallery';
    throw new DocclfError('INVALID_ARGUMENT', { argument: '--keep-unknown', expected, received: address });
  }
  await assertGalleryWritable(address);
  return openGallery(await storeOf(address), spaceOf(manifest));
}

/** Parentheses say: the best there is, but not the answer. */
function line(image: InputImage, result: Classification, columns: number): string {
  const { status, candidates, margin } = result;
  const best = candidates[0];
  const wrap = (text: string) => (status === 'accepted' ? text : `(${text})`);
  // An answer that backed off is an ancestor of the best candidate.
  const label = best ? wrap(printable(result.label ?? best.label)) : '-';
  const score = best ? wrap(best.score.toFixed(4)) : '-';
  return row(status, label, score, margin?.toFixed(4) ?? '-', printable(nameOf(image)), columns);
}

/** What would have made an answer of it; undefined when the status says all. */
function whyUnknown({ reason, oneOf, score, threshold }: Classification): string | undefined {
  if (oneOf.length > 0) return `one of: ${oneOf.map(printable).join(', ')}`;
  // Rounded up: nothing missing would be an answer.
  if (reason === 'below-threshold' && score !== null) {
    return `${(Math.ceil((threshold.value - score) * 1e4) / 1e4).toFixed(4)} missing`;
  }
  return undefined;
}

/** What holds of the document beside its label, and what is seen on the picture; undefined when nothing is. */
function stateNote({ label, states, seen }: Classification): string | undefined {
  // The last segment of the label says it already.
  const held = states.filter((name) => !label?.endsWith(`/${name}`)).map(printable);
  const parts = [
    ...(held.length > 0 ? [`state: ${held.join(', ')}`] : []),
    ...(seen.length > 0 ? [`seen: ${seen.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}

function row(
  status: string,
  label: string,
  score: string,
  margin: string,
  file: string,
  columns: number,
): string {
  return [pad(status, 8), pad(label, columns), pad(score, 8), pad(margin, 6), file].join('  ');
}
