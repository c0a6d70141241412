/** docclf evaluate: how good is it on your own images? Folders are label paths. */
import {
  checkAsked,
  defaultThreshold,
  type Judge,
  type ResolvedThreshold,
  resolveThreshold,
  spaceOf,
  type Threshold,
} from '@docclf/core';
import { type Evaluation, evaluateVectors } from '@docclf/core/evaluation';
import { createNodeEmbedder } from '@docclf/node';
import {
  type ConcurrencyOptions,
  type Context,
  embedderOptionsOf,
  type ModelOptions,
  type ThresholdOptions,
} from '../context.ts';
import { askClassifier } from '../evaluation/ask-classifier.ts';
import { assertFolders, embedFolders } from '../evaluation/embed-folders.ts';
import type { Evaluated } from '../evaluation/evaluated.ts';
import { assertReportWritable, writeReport } from '../evaluation/report-file.ts';
import { summaryOf } from '../evaluation/summary.ts';
import { tableOf } from '../evaluation/table.ts';
import { exitCodes } from '../exit-codes.ts';
import { defaultConcurrency } from '../job.ts';
import { jsonLine } from '../text.ts';
import { thresholdOf } from '../threshold.ts';

export interface EvaluateCommandOptions extends ModelOptions, ConcurrencyOptions, ThresholdOptions {
  readonly unknown?: string;
  readonly report?: string;
  readonly secondLook?: boolean;
  readonly json?: boolean;
}

export async function evaluate(
  context: Context,
  folder: string,
  options: EvaluateCommandOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { unknown: unknownFolder, report, json } = options;
  await assertFolders(folder, unknownFolder);
  if (report !== undefined) await assertReportWritable(report);
  const embedder = await createNodeEmbedder(embedderOptionsOf(options));
  try {
    const { manifest } = embedder;
    const asked = thresholdOf(options) ?? defaultThreshold;
    // Before the work: a rate that the model does not know.
    checkAsked(asked, embedder);
    const {
      code,
      images,
      vectors,
      unknown,
      asked: askedImages,
      failures,
    } = await embedFolders(context, embedder, folder, options);
    // Interrupted, or nothing is left to measure: both have been said.
    if (code === exitCodes.interrupted || (vectors.length === 0 && failures.length > 0)) return code;
    const start = performance.now();
    const evaluation = evaluateVectors(vectors, { unknown, operatingPoint: { asked, judge: embedder } });
    const answers = await askClassifier(embedder, askedImages, {
      threshold: asked,
      secondLook: options.secondLook !== false,
      concurrency: options.concurrency ?? defaultConcurrency,
      signal,
      onProgress: (done, total) =>
        screen.progress({ done, total, seconds: (performance.now() - start) / 1000 }),
    });
    screen.endProgress();
    const evaluated: Evaluated = {
      answers,
      evaluation,
      images,
      threshold: typicalOf(asked, embedder, evaluation),
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

/** The threshold of a search in the gallery of all types: where each has its own, that in the middle. */
function typicalOf(
  asked: Threshold,
  { manifest, cohort }: Judge,
  { decisions, types }: Evaluation,
): ResolvedThreshold {
  if (typeof asked === 'number' || cohort === undefined) return resolveThreshold(asked, manifest, types);
  // Nothing was searched: the table at least knows the model.
  const value =
    decisions?.threshold ??
    resolveThreshold('fpr' in asked ? { fpir: asked.fpr } : asked, manifest, types).value;
  return { value, origin: 'cohort', ...asked };
}
