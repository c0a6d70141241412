/** How many scores fall in each of `bins` equal parts of [0, 1]; a score on a border belongs above, 1 to the last. */
import { positiveInteger } from '../errors.ts';

/** @throws INVALID_ARGUMENT when `bins` is no positive whole number */
export function scoreHistogram(scores: ArrayLike<number>, bins: number): number[] {
  const counts = new Array<number>(positiveInteger('bins', bins)).fill(0);
  for (let i = 0; i < scores.length; i++) {
    const bin = Math.floor(scores[i]! * bins);
    counts[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  return counts;
}
