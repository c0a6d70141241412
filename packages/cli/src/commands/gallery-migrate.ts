/**
 * docclf gallery migrate: the references of one gallery, embedded again by another model, in a new gallery; or of the same
 * model, where references lack the states that it tells since, or local features: then only those are looked at again.
 */
import {
  DocclfError,
  type Embedder,
  mapConcurrent,
  type NewReference,
  type Reference,
  spaceOf,
} from '@docclf/core';
import { type StoreGallery, shownAddress } from '@docclf/gallery';
import { createNodeEmbedder, type ImageSource } from '@docclf/node';
import { type ConcurrencyOptions, type Context, embedderOptionsOf, type ModelOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { endsTheRun, wordingOf } from '../failures.ts';
import { assertGalleryWritable, withGallery, withGalleryOf } from '../gallery-file.ts';
import { defaultConcurrency } from '../job.ts';
import { changedNeighbours } from '../migration/changed-neighbours.ts';
import { type Companions, lacksCompanions } from '../migration/companions.ts';
import { hashImages } from '../migration/hash-images.ts';
import { migrated } from '../migration/migrated.ts';
import { jsonLine, printable } from '../text.ts';
import { assertTwoGalleries } from './gallery-copy.ts';

/** References of one write: few enough to lose little, many enough for a file that is rewritten each time. */
const batchLength = 250;

/** Most changes that are listed; `--json` has all. */
const listed = 10;

export interface GalleryMigrateOptions extends ModelOptions, ConcurrencyOptions {
  readonly source?: readonly string[];
  /** Look for the document in each picture again. */
  readonly relocate?: boolean;
  readonly json?: boolean;
  /** Give references local features too. Default true. */
  readonly secondLook?: boolean;
}

export async function galleryMigrate(
  context: Context,
  from: string,
  to: string,
  options: GalleryMigrateOptions,
): Promise<number> {
  const { screen } = context;
  assertTwoGalleries(from, to);
  await assertGalleryWritable(to);
  const embedder = await createNodeEmbedder(embedderOptionsOf(options));
  try {
    return await withGallery(from, async (source) => {
      const space = spaceOf(embedder.manifest);
      const completing = source.space.id === space.id;
      const wanted = { model: embedder.manifest.state, features: options.secondLook !== false };
      const isComplete = completing && !options.relocate;
      if (isComplete && !(await lacksCompanions(source, wanted))) throw alreadyOf(space.id);
      return withGalleryOf(to, space, async (target) => {
        const counts = await migrate(context, embedder, { source, target, wanted }, options);
        const changes = await changedNeighbours(source, target);
        if (options.json) {
          await screen.print(
            jsonLine({ from: shownAddress(from), to: shownAddress(to), ...counts, ...changes }),
          );
        } else {
          const { fromImages, fromThumbnails, asItWas, present, failed } = counts;
          const kept = asItWas > 0 ? `, ${asItWas} as they were` : '';
          const ways = `${fromImages} from images, ${fromThumbnails} from thumbnails${kept}`;
          await screen.print(
            `Migrated to ${embedder.manifest.id}: ${ways}, ${present} there already, ${failed} failed.`,
          );
          const { compared, changed } = changes;
          await screen.print(
            `Another label is nearest to ${changed.length} of ${compared} references than before.`,
          );
          for (const { label, before, after } of changed.slice(0, listed)) {
            await screen.print(`  ${printable(label)}: ${printable(before)} -> ${printable(after)}`);
          }
          if (changed.length > listed) await screen.print(`  and ${changed.length - listed} more (--json)`);
          await screen.print(
            `${printable(shownAddress(from))} is as it was: to undo, go on with it and its model.`,
          );
        }
        return counts.failed > 0 ? exitCodes.someFailed : exitCodes.done;
      });
    });
  } finally {
    await embedder.close();
  }
}

interface Counts {
  readonly fromImages: number;
  readonly fromThumbnails: number;
  /** In a gallery of the same model: complete already, or without a picture to be completed from. */
  readonly asItWas: number;
  readonly present: number;
  readonly failed: number;
}

async function migrate(
  { screen, signal }: Context,
  embedder: Embedder<ImageSource>,
  { source, target, wanted }: { source: StoreGallery; target: StoreGallery; wanted: Companions },
  { source: paths = [], relocate = false, concurrency = defaultConcurrency }: GalleryMigrateOptions,
): Promise<Counts> {
  const counts = { fromImages: 0, fromThumbnails: 0, asItWas: 0, present: 0, failed: 0 };
  const total = await source.size();
  const images = await hashImages(paths, signal);
  const there = new Set<string>();
  for await (const { id } of target.references({ signal })) there.add(id);
  const start = performance.now();

  const migration = {
    isSameSpace: source.space.id === target.space.id,
    keepsAttachments: target.store.capabilities.attachments,
    wanted,
    relocate,
    signal,
  };
  async function embedAgain(reference: Reference) {
    if (there.has(reference.id)) return 'present';
    try {
      return await migrated(embedder, reference, images.get(reference.sourceHash ?? ''), migration);
    } catch (error) {
      if (endsTheRun(error)) throw error;
      return { error };
    }
  }

  let batch: NewReference[] = [];
  let done = 0;
  const write = async () => {
    await target.add(batch);
    batch = [];
  };
  const limit = Math.min(batchLength, target.store.capabilities.maximumBatch);
  try {
    for await (const outcome of mapConcurrent(source.references(), concurrency, embedAgain, signal)) {
      if (outcome === 'present') counts.present++;
      else if ('error' in outcome) {
        counts.failed++;
        screen.note(`docclf: ${wordingOf(outcome.error)}`);
      } else {
        counts[outcome.way]++;
        batch.push(outcome.reference);
        if (batch.length === limit) await write();
      }
      const seconds = (performance.now() - start) / 1000;
      screen.progress({ done: ++done, total, seconds, unit: 'references' });
    }
  } finally {
    // What is embedded is kept, also at an interruption: the next run goes on from there.
    await write();
    screen.endProgress();
  }
  return counts;
}

function alreadyOf(space: string): DocclfError {
  const expected = `a gallery of another model than ${space}, one whose references lack their state or local features, or --relocate`;
  return new DocclfError('INVALID_ARGUMENT', {
    argument: 'FROM',
    expected,
    received: 'a complete one of this model',
  });
}
