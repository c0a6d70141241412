/** Are two images of one type? True-positive rates at given false-positive rates, over all pairs of images. */
import { DocclfError } from '../errors.ts';
import { allowed, refusedScore } from './allowance.ts';
import { countAbove } from './curves.ts';
import type { Pairs } from './pairs.ts';
import { drawWeights, type Figure, intervalOf, type MicroMacro } from './resampling.ts';

/** The largest true-positive rate whose false-positive rate does not exceed `fpr`; ties are accepted together. */
export interface RateAtFpr extends MicroMacro {
  readonly fpr: number;
  /** Smallest accepted score; null when there is nothing to accept. */
  readonly threshold: number | null;
  /** Impostor pairs times `fpr`: with fewer than 30 the rate rests on a handful of pairs. */
  readonly expectedErrors: number;
}

export interface Verification {
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly rates: readonly RateAtFpr[];
  readonly auroc: Figure;
}

export interface ResamplingOptions {
  /** Samples of types for the intervals. */
  readonly draws: number;
  readonly seed: number;
}

/** Below this many expected errors a rate cannot be told from another. */
export const minimumExpectedErrors = 30;

/**
 * @param fprs in any order; the answer keeps it
 * @throws INVALID_ARGUMENT
 */
export function verify(
  pairs: Pairs,
  fprs: readonly number[],
  { draws, seed }: ResamplingOptions,
): Verification {
  for (const fpr of fprs) assertRate('fprs', fpr);
  const rising = [...fprs].sort((a, b) => a - b);
  const types = pairs.images.labels.length;
  const whole = weightedRates(pairs, new Float64Array(types).fill(1), rising);
  const present = pairs.images.labels.flatMap((_, type) => (pairs.sizes[type]! > 0 ? [type] : []));
  const samples = [...drawWeights(present.length, draws, seed)].map((drawn) => {
    const weights = new Float64Array(types);
    present.forEach((type, i) => {
      weights[type] = drawn[i]!;
    });
    return weightedRates(pairs, weights, rising);
  });
  const figure = (read: (sample: WeightedRates) => number | null): Figure => ({
    value: read(whole),
    interval: intervalOf(samples.map(read)),
  });
  return {
    genuinePairs: pairs.genuine.scores.length,
    impostorPairs: pairs.impostor.scores.length,
    rates: fprs.map((fpr) => {
      const row = rising.indexOf(fpr);
      return {
        fpr,
        micro: figure(({ micro }) => micro[row] ?? null),
        macro: figure(({ macro }) => macro[row] ?? null),
        threshold: thresholdAtFpr(pairs.genuine.scores, pairs.impostor.scores, fpr),
        expectedErrors: fpr * pairs.impostor.scores.length,
      };
    }),
    auroc: figure(({ auroc }) => auroc),
  };
}

/** @throws INVALID_ARGUMENT unless `rate` lies between 0 and 1 */
export function assertRate(argument: string, rate: number): void {
  if (rate >= 0 && rate <= 1) return;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument,
    expected: 'rates from 0 to 1',
    received: String(rate),
  });
}

/**
 * The smallest of the scores at which the false-positive rate does not exceed `fpr`; null when there is
 * none, or no impostor to tell. Scores in falling order.
 */
export function thresholdAtFpr(genuine: Float32Array, impostor: Float32Array, fpr: number): number | null {
  assertRate('fpr', fpr);
  const rejected = refusedScore(impostor, fpr);
  const lowest = (scores: Float32Array) =>
    rejected === undefined ? scores.at(-1) : scores[countAbove(scores, rejected) - 1];
  const accepted = [lowest(genuine), lowest(impostor)].filter((score) => score !== undefined);
  return impostor.length === 0 || accepted.length === 0 ? null : Math.min(...accepted);
}

/** Rates where types weigh differently; the lists are empty when no genuine or no impostor pair weighs anything. */
interface WeightedRates {
  readonly micro: readonly number[];
  readonly macro: readonly number[];
  readonly auroc: number | null;
}

/**
 * Goes down all pairs at once and notes the true-positive rate before each rate of `rising` would be
 * exceeded. A genuine pair weighs as much as its type, an impostor pair the product of both.
 *
 * @param weights a weight of at least 0 for each type, such as how often it was drawn
 * @param rising false-positive rates in rising order
 */
function weightedRates(pairs: Pairs, weights: Float64Array, rising: readonly number[]): WeightedRates {
  const { genuine, impostor } = pairs;
  const { typeOf } = pairs.images;
  const weightOf = Float64Array.from(typeOf, (type) => weights[type]!);
  const total = totals(pairs, weights);
  if (total.genuine === 0 || total.impostor === 0) return { micro: [], macro: [], auroc: null };
  const limits = rising.map((fpr) => allowed(fpr, total.impostor));
  const [micro, macro]: [number[], number[]] = [[], []];
  let [g, i] = [0, 0];
  let [acceptedImpostor, acceptedGenuine, area] = [0, 0, 0];
  const hits = new Float64Array(weights.length);
  const note = () => {
    micro.push(acceptedGenuine / total.genuine);
    // Summed anew each time: shares added pair by pair would not end at exactly 1.
    let shares = 0;
    for (let type = 0; type < hits.length; type++) {
      if (hits[type]! > 0) shares += (weights[type]! * hits[type]!) / total.pairsOf[type]!;
    }
    macro.push(shares / total.types);
  };
  // From one genuine score to the next: most impostors lie below them all and are never looked at.
  while (g < genuine.scores.length) {
    const score = genuine.scores[g]!;
    let [above, tied] = [0, 0];
    for (; impostor.scores[i]! > score; i++)
      above += weightOf[impostor.first[i]!]! * weightOf[impostor.second[i]!]!;
    for (; impostor.scores[i]! === score; i++)
      tied += weightOf[impostor.first[i]!]! * weightOf[impostor.second[i]!]!;
    area += (above + tied) * acceptedGenuine;
    acceptedImpostor += above + tied;
    while (acceptedImpostor > limits[micro.length]!) note();
    for (; genuine.scores[g] === score; g++) {
      const type = typeOf[genuine.first[g]!]!;
      acceptedGenuine += weights[type]!;
      hits[type]!++;
      area += (tied * weights[type]!) / 2;
    }
  }
  while (micro.length < rising.length) note();
  area += (total.impostor - acceptedImpostor) * acceptedGenuine;
  return { micro, macro, auroc: area / total.genuine / total.impostor };
}

function totals({ genuine, images, sizes }: Pairs, weights: Float64Array) {
  const pairsOf = new Float64Array(weights.length);
  for (const image of genuine.first) pairsOf[images.typeOf[image]!]!++;
  let [genuineMass, types, drawn, ofOneType] = [0, 0, 0, 0];
  pairsOf.forEach((pairs, type) => {
    genuineMass += weights[type]! * pairs;
    if (pairs > 0) types += weights[type]!;
    drawn += weights[type]! * sizes[type]!;
    ofOneType += (weights[type]! * sizes[type]!) ** 2;
  });
  // Of all ordered pairs those of two types; what is the same pair twice is halved.
  return { pairsOf, genuine: genuineMass, types, impostor: (drawn ** 2 - ofOneType) / 2 };
}
