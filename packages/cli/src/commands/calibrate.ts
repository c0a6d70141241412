/** docclf calibrate: which threshold gives the rate that I want, on my own images? */
import { type CalibratedThreshold, calibrateVectors, type TargetRate } from '@docclf/core/evaluation';
import { createNodeEmbedder } from '@docclf/node';
import { type ConcurrencyOptions, type Context, embedderOptionsOf, type ModelOptions } from '../context.ts';
import { assertFolders, embedFolders } from '../evaluation/embed-folders.ts';
import { grouped, percent, rateName } from '../evaluation/numbers.ts';
import { exitCodes } from '../exit-codes.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';

export interface CalibrateCommandOptions extends ModelOptions, ConcurrencyOptions {
  readonly unknown?: string;
  readonly fpir?: number;
  readonly fpr?: number;
  readonly perLabel?: boolean;
  readonly json?: boolean;
}

export async function calibrate(
  context: Context,
  folder: string,
  options: CalibrateCommandOptions,
): Promise<number> {
  const { screen } = context;
  const { fpr, fpir, perLabel = false, unknown: unknownFolder, json } = options;
  await assertFolders(folder, unknownFolder);
  const rate: TargetRate = fpr === undefined ? { fpir: fpir ?? 0.01 } : { fpr };
  const embedder = await createNodeEmbedder(embedderOptionsOf(options));
  try {
    const { code, vectors, unknown, failures } = await embedFolders(context, embedder, folder, options);
    if (code === exitCodes.interrupted || (vectors.length === 0 && failures.length > 0)) return code;
    const calibration = calibrateVectors(vectors, { rate, perLabel, unknown });
    if (json) {
      const { id, version, sha256, embeddingSpace } = embedder.manifest;
      const model = { id, version, sha256, embeddingSpace };
      await screen.print(jsonLine({ asked: rate, ...calibration, unknown: unknown.length, model, folder }));
      return code;
    }
    const what = 'fpr' in rate ? 'impostor pairs' : 'unknown documents';
    const asked = 'fpr' in rate ? `FPR ${rateName(rate.fpr)}` : `FPIR ${rateName(rate.fpir)}`;
    await screen.print(
      `${asked}, from ${grouped(calibration.images)} images of ${grouped(calibration.types)} labels`,
    );
    await screen.print('');
    const rows = [
      ['', 'threshold', '95 % interval', what, 'errors expected', 'TPR', ''],
      rowOf('all labels', calibration),
      ...calibration.labels.map((label) => rowOf(printable(label.label), label)),
    ];
    const widths = rows[0]!.map((_, column) => widest(rows.map((row) => row[column]!)));
    for (const row of rows) {
      await screen.print(
        row
          .map((cell, column) => pad(cell, widths[column]!))
          .join('  ')
          .trimEnd(),
      );
    }
    await screen.print('');
    for (const line of adviceOf(calibration, what)) await screen.print(line);
    if (embedder.cohort) await screen.print(besideStrangers);
    return code;
  } finally {
    await embedder.close();
  }
}

function rowOf(
  name: string,
  { threshold, interval, impostors, expectedErrors, enough, tpr }: CalibratedThreshold,
) {
  return [
    name,
    scoreText(threshold),
    interval ? interval.map(scoreText).join(' to ') : '–',
    grouped(impostors),
    expectedErrors.toPrecision(2),
    percent(tpr),
    enough ? '' : '! too few',
  ];
}

const besideStrangers =
  'Without --threshold no score is needed: each image is held beside the unknown documents that come with the model. ' +
  'docclf evaluate tells how many of these images are then answered right.';

/** A score is not rounded down: that would accept what was to be refused. */
function scoreText(score: number | null): string {
  return score === null ? '–' : (Math.ceil(score * 1e4 - 1e-6) / 1e4).toFixed(4);
}

function adviceOf(
  { threshold, enough, expectedErrors, needed }: CalibratedThreshold,
  what: string,
): string[] {
  const lines: string[] = [];
  if (threshold === null) {
    lines.push(
      '! No threshold: these images hold no score that keeps the rate. Two labels with different pictures are needed.',
    );
  } else {
    lines.push(`Use it: docclf classify … --threshold ${scoreText(threshold)}`);
  }
  if (!enough) {
    lines.push(
      `! Too few ${what}: ${expectedErrors.toPrecision(2)} errors are expected, and below 30 a rate rests on chance. ` +
        `${grouped(needed)} would do.`,
    );
  }
  return lines;
}
