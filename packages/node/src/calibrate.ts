/** A threshold for a rate, from images of one's own. */
import { type AnyIterable, type Embedder, mapConcurrent, probeVariations } from '@docclf/core';
import type { CalibrateOptions, Calibration } from '@docclf/core/evaluation';
import { listImageFiles } from './image-files.ts';
import { labelOfFile } from './label-of-file.ts';
import { createNodeEmbedder } from './runtime.ts';
import type { ImageSource } from './source.ts';

export interface LabelledImage {
  readonly label: string;
  readonly source: ImageSource;
}

export interface CalibrateImagesOptions extends Omit<CalibrateOptions, 'unknown'> {
  /** Images of no label, for `fpir`. */
  readonly unknown?: AnyIterable<ImageSource>;
  /** Default: one of the default model, closed at the end. */
  readonly embedder?: Embedder<ImageSource>;
}

/**
 * Which threshold keeps the rate asked for on these images? See `calibrateVectors` of `@docclf/core/evaluation`.
 * Give `threshold` to `createDocClassifier`, once `enough` says that there were enough images.
 *
 * @param images a folder, whose folders are the labels (see `labelOfFile`), or labelled images
 * @throws INVALID_ARGUMENT, LABEL_*, IMAGE_*, FILE_*: the first image that fails ends it
 */
export async function calibrate(
  images: string | AnyIterable<LabelledImage>,
  { unknown = [], embedder: given, ...options }: CalibrateImagesOptions,
): Promise<Calibration> {
  // Loaded when used: most programs never measure.
  const { calibrateVectors } = await import('@docclf/core/evaluation');
  const embedder = given ?? (await createNodeEmbedder());
  try {
    // As the classifier looks at a probe; without rotations.
    const variations = probeVariations(false);
    const embed = async (source: ImageSource) => {
      const { vector, views } = (await embedder.embed([source], { variations }))[0]!;
      return { vector, views: views.map((view) => view.vector) };
    };
    const known = typeof images === 'string' ? await imagesOf(images) : images;
    const labelled = mapConcurrent(known, 4, async ({ label, source }) => ({
      label,
      ...(await embed(source)),
    }));
    return calibrateVectors(await collect(labelled), {
      ...options,
      unknown: await collect(mapConcurrent(unknown, 4, async (source) => (await embed(source)).views)),
    });
  } finally {
    if (given === undefined) await embedder.close();
  }
}

async function imagesOf(folder: string): Promise<LabelledImage[]> {
  const files = await listImageFiles(folder);
  return files.map((source) => ({ label: labelOfFile({ root: folder, file: source }), source }));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
