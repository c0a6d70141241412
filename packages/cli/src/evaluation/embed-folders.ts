/** Labelled images of a folder, and unknown ones of another, as vectors. */
import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { DocclfError, type Embedder, parseLabel, probeVariations } from '@docclf/core';
import type { LabelledVector, ProbeVectors } from '@docclf/core/evaluation';
import { type ImageSource, labelOfFile } from '@docclf/node';
import type { Context, PathOptions } from '../context.ts';
import { defaultConcurrency, overImages } from '../job.ts';
import type { Failure } from '../tally.ts';
import { nameOf } from '../text.ts';
import type { AskedImage } from './ask-classifier.ts';
import type { EvaluatedImage } from './evaluated.ts';

export interface FolderOptions extends PathOptions {
  readonly unknown?: string | undefined;
  readonly concurrency?: number | undefined;
}

/** `code` tells how it ended; what failed has been said. The given order is kept. */
export async function embedFolders(
  context: Context,
  embedder: Embedder<ImageSource>,
  folder: string,
  options: FolderOptions,
) {
  const { signal } = context;
  const { unknown: unknownFolder, concurrency = defaultConcurrency } = options;
  const images: EvaluatedImage[] = [];
  const vectors: (LabelledVector & { readonly id: string })[] = [];
  const unknown: ProbeVectors[] = [];
  const asked: AskedImage[] = [];
  let failures: readonly Failure[] = [];
  const folders = unknownFolder === undefined ? [folder] : [folder, unknownFolder];
  const code = await overImages(context, folders, options, ['embedded'], 'on a terminal', async (job) => {
    failures = job.failures;
    const outcomes = job.map(concurrency, async (image) => {
      // Before the work: a folder whose name is no label fails its images, not the run.
      const label = image.root === folder ? parseLabel(labelOfFile(image)) : undefined;
      // The hash is what a reference's id is made of: the order of ids is the gallery's.
      const [embedding] = await embedder.embed([image.source], {
        signal,
        asReference: label !== undefined,
        variations: probeVariations(false),
      });
      return { label, embedding: embedding! };
    });
    for await (const { image, result } of outcomes) {
      const { label, embedding } = result;
      const { vector, sourceHash: id = '' } = embedding;
      const views = embedding.views.map((view) => view.vector);
      asked.push({ source: image.source, label, embedding });
      if (label === undefined) unknown.push(views);
      else {
        images.push({
          name: nameOf({ ...image, file: relative(folder, image.file) }),
          label,
          source: image.source,
        });
        vectors.push({ label, vector, views, id });
      }
      job.done('embedded');
    }
  });
  return { code, images, vectors, unknown, asked, failures };
}

/**
 * Images that are known and unknown at once would make every figure wrong.
 *
 * @throws FILE_NOT_FOUND, INVALID_ARGUMENT
 */
export async function assertFolders(folder: string, unknownFolder: string | undefined): Promise<void> {
  for (const path of unknownFolder === undefined ? [folder] : [folder, unknownFolder]) {
    let isFolder: boolean;
    try {
      isFolder = (await stat(path)).isDirectory();
    } catch (cause) {
      throw new DocclfError('FILE_NOT_FOUND', { file: path }, { cause });
    }
    if (isFolder) continue;
    const expected = 'a folder of folders of images';
    throw new DocclfError('INVALID_ARGUMENT', { argument: path, expected, received: 'a file' });
  }
  if (unknownFolder === undefined) return;
  const [known, unknown] = [resolve(folder), resolve(unknownFolder)];
  if (!`${known}${sep}`.startsWith(`${unknown}${sep}`) && !`${unknown}${sep}`.startsWith(`${known}${sep}`))
    return;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: '--unknown',
    expected: `a folder apart from ${folder}`,
    received: unknownFolder,
  });
}
