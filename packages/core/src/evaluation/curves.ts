/** Exact curves over two sets of scores, each in falling order. A pair is accepted when its score reaches the threshold. */
import { DocclfError } from '../errors.ts';

/** One point for each distinct score, from "nothing is accepted" to "everything is". */
export interface RocCurve {
  /** Smallest accepted score; infinite at the first point. */
  readonly thresholds: Float64Array;
  /** Share of impostors accepted. */
  readonly fpr: Float64Array;
  /** Share of genuine pairs accepted. */
  readonly tpr: Float64Array;
}

type Scores = ArrayLike<number>;

/**
 * The receiver operating characteristic.
 *
 * @throws INVALID_ARGUMENT when either set is empty or does not fall, since then there is no curve
 */
export function rocCurve(genuine: Scores, impostor: Scores): RocCurve {
  assertFalling('genuine scores', genuine);
  assertFalling('impostor scores', impostor);
  // Twice over both sets: an array that grows would take several times their memory.
  let points = 1;
  walkScores(genuine, impostor, () => points++);
  const curve = {
    thresholds: new Float64Array(points),
    fpr: new Float64Array(points),
    tpr: new Float64Array(points),
  };
  curve.thresholds[0] = Number.POSITIVE_INFINITY;
  let point = 1;
  walkScores(genuine, impostor, (score, genuineAccepted, impostorAccepted) => {
    curve.thresholds[point] = score;
    curve.fpr[point] = impostorAccepted / impostor.length;
    curve.tpr[point++] = genuineAccepted / genuine.length;
  });
  return curve;
}

/** The share of genuine pairs refused (false-negative rate) at each false-positive rate. */
export interface DetCurve {
  readonly thresholds: Float64Array;
  readonly fpr: Float64Array;
  readonly fnr: Float64Array;
}

/** The detection error trade-off: the same points as the ROC's. */
export function detCurve(roc: RocCurve): DetCurve {
  return { thresholds: roc.thresholds, fpr: roc.fpr, fnr: roc.tpr.map((tpr) => 1 - tpr) };
}

/**
 * The probability that a genuine pair scores higher than an impostor, ties counted half: the area under
 * the ROC curve. Null when either set is empty.
 *
 * @throws INVALID_ARGUMENT when a set does not fall
 */
export function areaUnderRoc(genuine: Scores, impostor: Scores): number | null {
  if (genuine.length === 0 || impostor.length === 0) return null;
  assertFalling('genuine scores', genuine);
  assertFalling('impostor scores', impostor);
  let area = 0;
  let [genuineBefore, impostorBefore] = [0, 0];
  walkScores(genuine, impostor, (_, genuineAccepted, impostorAccepted) => {
    area += ((impostorAccepted - impostorBefore) * (genuineAccepted + genuineBefore)) / 2;
    [genuineBefore, impostorBefore] = [genuineAccepted, impostorAccepted];
  });
  return area / genuine.length / impostor.length;
}

/** What a threshold does to pairs. */
export interface RatesAtThreshold {
  readonly tpr: number | null;
  readonly fpr: number | null;
}

export function ratesAtThreshold(genuine: Scores, impostor: Scores, threshold: number): RatesAtThreshold {
  return { tpr: shareReaching(genuine, threshold), fpr: shareReaching(impostor, threshold) };
}

function shareReaching(scores: Scores, threshold: number): number | null {
  return scores.length === 0 ? null : countWhile(scores, (score) => score >= threshold) / scores.length;
}

/** How many of the scores, which fall, are above `limit`. */
export function countAbove(scores: Scores, limit: number): number {
  return countWhile(scores, (score) => score > limit);
}

/** How many of the first scores hold, by bisection. */
function countWhile(scores: Scores, holds: (score: number) => boolean): number {
  let [low, end] = [0, scores.length];
  while (low < end) {
    const middle = (low + end) >>> 1;
    if (holds(scores[middle]!)) low = middle + 1;
    else end = middle;
  }
  return low;
}

/** Calls `visit` for each distinct score, from the highest down, with what is accepted from it on. */
function walkScores(
  genuine: Scores,
  impostor: Scores,
  visit: (score: number, genuineAccepted: number, impostorAccepted: number) => void,
): void {
  let [g, i] = [0, 0];
  while (g < genuine.length || i < impostor.length) {
    const score = Math.max(genuine[g] ?? Number.NEGATIVE_INFINITY, impostor[i] ?? Number.NEGATIVE_INFINITY);
    while (genuine[g] === score) g++;
    while (impostor[i] === score) i++;
    visit(score, g, i);
  }
}

function assertFalling(argument: string, scores: Scores): void {
  let problem = scores.length === 0 ? 'none' : undefined;
  for (let i = 0; i < scores.length; i++) {
    // Asked this way round, NaN is a problem too.
    if (!(scores[i]! <= (scores[i - 1] ?? Number.MAX_VALUE))) problem = `${scores[i]} at index ${i}`;
  }
  if (problem === undefined) return;
  const expected = 'at least one finite score, the highest first';
  throw new DocclfError('INVALID_ARGUMENT', { argument, expected, received: problem });
}
