/** Intervals by resampling types: images of one type are not independent, so types are what is drawn. */
import { createRandom } from './random.ts';

/** A figure, null where the data cannot say; with the central 95 % of its resampled values. */
export interface Figure {
  readonly value: number | null;
  readonly interval: Interval | null;
}

export type Interval = readonly [low: number, high: number];

/**
 * For each of `draws` samples of `types` types with replacement: how often each type was drawn.
 *
 * @returns the same weights for the same seed
 */
export function* drawWeights(types: number, draws: number, seed: number): Generator<Float64Array> {
  const random = createRandom(seed);
  for (let draw = 0; draw < draws; draw++) {
    const weights = new Float64Array(types);
    for (let i = 0; i < types; i++) weights[random.below(types)]!++;
    yield weights;
  }
}

/** The central 95 % of the values that are numbers; null when none is. */
export function intervalOf(values: readonly (number | null)[]): Interval | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  return [quantile(known, 0.025), quantile(known, 0.975)];
}

/** Between two values, linearly, as numpy does it. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (place - below) * (high - low);
}

/** Sums of a measure for each type: how many cases there were, and how many of them count. */
export interface CountsByType {
  readonly hits: ArrayLike<number>;
  readonly cases: ArrayLike<number>;
}

/** The share of all cases (micro) and the mean of the types' shares (macro), types without a case left out. */
function shareOfCases({ hits, cases }: CountsByType, weights?: ArrayLike<number>): MicroMacro<number | null> {
  let [hit, all, shares, types] = [0, 0, 0, 0];
  for (let type = 0; type < cases.length; type++) {
    const weight = weights?.[type] ?? 1;
    if (cases[type] === 0) continue;
    hit += weight * hits[type]!;
    all += weight * cases[type]!;
    shares += (weight * hits[type]!) / cases[type]!;
    types += weight;
  }
  return { micro: all > 0 ? hit / all : null, macro: types > 0 ? shares / types : null };
}

/** Micro: over all cases, so that types with many images weigh more. Macro: the mean over types. */
export interface MicroMacro<Value = Figure> {
  readonly micro: Value;
  readonly macro: Value;
}

/** `shareOfCases` with its intervals. */
export function shareWithInterval(counts: CountsByType, draws: number, seed: number): MicroMacro {
  const { micro, macro } = shareOfCases(counts);
  const sampled = [...drawWeights(counts.cases.length, draws, seed)].map((weights) =>
    shareOfCases(counts, weights),
  );
  return {
    micro: { value: micro, interval: intervalOf(sampled.map((sample) => sample.micro)) },
    macro: { value: macro, interval: intervalOf(sampled.map((sample) => sample.macro)) },
  };
}
