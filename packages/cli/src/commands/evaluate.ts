/** docclf evaluate: how good is it on your own images? Folders are label paths. */
import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import {
  DocclfError,
  defaultThreshold,
  type Embedder,
  effectiveComparisons,
  type ModelManifest,
  measureDensity,
  parseLabel,
  type ResolvedThreshold,
  resolveThreshold,
  spaceOf,
  type Threshold,
} from '@docclf/core';
import { evaluateVectors, type LabelledVector } from '@docclf/core/evaluation';
import { createNodeEmbedder, type ImageSource } from '@docclf/node';
import type { ConcurrencyOptions, Context, ModelOptions, ThresholdOptions } from '../context.ts';
import type { Evaluated, EvaluatedImage } from '../evaluation/evaluated.ts';
import { assertReportWritable, writeReport } from '../evaluation/report-file.ts';
import { summaryOf } from '../evaluation/summary.ts';
import { tableOf } from '../evaluation/table.ts';
import { exitCodes } from '../exit-codes.ts';
import { defaultConcurrency, type Failure, overImages } from '../job.ts';
import { jsonLine, nameOf } from '../text.ts';
import { thresholdOf } from '../threshold.ts';
import { labelOf } from './register.ts';

export interface EvaluateCommandOptions extends ModelOptions, ConcurrencyOptions, ThresholdOptions {
  readonly unknown?: string;
  readonly report?: string;
  readonly json?: boolean;
}

export async function evaluate(
  context: Context,
  folder: string,
  options: EvaluateCommandOptions,
): Promise<number> {
  const { screen } = context;
  const { unknown: unknownFolder, report, json } = options;
  await assertFolders(folder, unknownFolder);
  if (report !== undefined) await assertReportWritable(report);
  const embedder = await createNodeEmbedder({ model: options.model });
  try {
    const { manifest } = embedder;
    const asked = thresholdOf(options) ?? defaultThreshold;
    // Before the work: a rate that the model's table does not know.
    resolveThreshold(asked, manifest);
    const { code, images, vectors, unknown, failures } = await embedAll(context, embedder, folder, options);
    // Interrupted, or nothing is left to measure: both have been said.
    if (code === exitCodes.interrupted || (vectors.length === 0 && failures.length > 0)) return code;
    const thresholdFor = thresholdBySize(asked, manifest, vectors);
    const evaluation = evaluateVectors(vectors, {
      unknown,
      threshold: (types) => thresholdFor(types).value,
    });
    const evaluated: Evaluated = {
      evaluation,
      images,
      threshold: thresholdFor(evaluation.types),
      manifest,
      space: spaceOf(manifest),
      folder,
      unknownFolder,
      failures,
    };
    if (report !== undefined) await writeReport(report, evaluated, embedder, context.signal);
    if (json) await screen.print(jsonLine(summaryOf(evaluated)));
    else for (const line of tableOf(evaluated)) await screen.print(line);
    return code;
  } finally {
    await embedder.close();
  }
}

/** References whose density stands for that of all, as the classifier does it. */
const sampleSize = 256;

/** The threshold that the classifier would use with one reference for each of that many types. */
function thresholdBySize(
  asked: Threshold,
  manifest: ModelManifest,
  vectors: readonly LabelledVector[],
): (types: number) => ResolvedThreshold {
  const references = [...new Map(vectors.map((reference) => [reference.label, reference])).values()];
  const density = measureDensity(references.slice(0, sampleSize), manifest);
  return (types) =>
    resolveThreshold(asked, manifest, effectiveComparisons({ labels: types, references: types }, density));
}

async function embedAll(
  context: Context,
  embedder: Embedder<ImageSource>,
  folder: string,
  { unknown: unknownFolder, concurrency = defaultConcurrency }: EvaluateCommandOptions,
) {
  const { signal } = context;
  const images: EvaluatedImage[] = [];
  const vectors: LabelledVector[] = [];
  const unknown: Float32Array[] = [];
  let failures: readonly Failure[] = [];
  const folders = unknownFolder === undefined ? [folder] : [folder, unknownFolder];
  const code = await overImages(context, folders, ['embedded'], 'on a terminal', async (job) => {
    failures = job.failures;
    const outcomes = job.map(concurrency, async (image) => {
      // Before the work: a folder whose name is no label fails its images, not the run.
      const label = image.root === folder ? parseLabel(labelOf(image, undefined)) : undefined;
      const [embedding] = await embedder.embed([image.source], { signal });
      return { label, vector: embedding!.vector };
    });
    for await (const { image, result } of outcomes) {
      const { label, vector } = result;
      if (label === undefined) unknown.push(vector);
      else {
        images.push({
          name: nameOf({ ...image, file: relative(folder, image.file) }),
          label,
          source: image.source,
        });
        vectors.push({ label, vector });
      }
      job.done('embedded');
    }
  });
  return { code, images, vectors, unknown, failures };
}

/** Images that are known and unknown at once would make every figure wrong. */
async function assertFolders(folder: string, unknownFolder: string | undefined): Promise<void> {
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
