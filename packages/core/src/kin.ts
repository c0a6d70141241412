/**
 * Which of its like? Strangers tell whether a probe is any of the gallery's labels (`significance.ts`); where several
 * could be it, the best must stand out of the others. Pure.
 */
import { samePictureScore } from './vector.ts';

/** Labels beside the best that tell how alike the gallery's own are. */
export const likeLabels = 15;

/** With fewer others there is no tail to speak of, and the nearest alone tells. */
const fewestOthers = 12;

/** Then the best must be that much nearer than the next: Lowe's test of the two nearest (2004), who asks for 0.8. */
const nearerThanNext = 0.85;

/** As many labels of its like may be expected to come as near by chance. */
const mostByChance = 0.1;

/** Twins among the others must not make a tail of no width: logarithms of a distance. */
const leastExcess = 0.02;

/** What the best is held beside. */
export interface Rivalry {
  /** A score from which on a label could be the answer. */
  readonly threshold: number;
  /** A difference of scores that tells two labels apart of which one could not be the answer. */
  readonly margin: number;
}

/**
 * Does the best score stand out of those of the gallery's other labels? Always, when none of them could be the answer.
 * Distances of neighbours grow as a power of how many there are, so their logarithms have an exponential tail (Hill 1975;
 * its inverse is the local intrinsic dimension of Levina and Bickel 2004). A third of the others, the nearest and at
 * most five, give its mean; of so many, fewer than `mostByChance` may be expected to come as near as the best. In
 * distances, since what a lead is worth depends on how near they all are: 0.02 is much between 0.98 and 0.96, and
 * nothing between 0.7 and 0.68.
 *
 * @param best a score, 0 to 1
 * @param others the best score of each other label, best first; `likeLabels` of them are enough
 */
export function standsOut(best: number, others: readonly number[], { threshold, margin }: Rivalry): boolean {
  const next = others[0];
  if (next === undefined) return true;
  if (best <= next) return false;
  if (best >= samePictureScore || (next < threshold && best - next >= margin)) return true;
  if (others.length < fewestOthers) return 1 - best <= nearerThanNext * (1 - next);
  const count = Math.floor(Math.min(others.length, likeLabels) / 3);
  const start = logDistance(others[count]!);
  const mean = others.slice(0, count).reduce((sum, score) => sum + start - logDistance(score), 0) / count;
  return count * Math.exp((logDistance(best) - start) / Math.max(leastExcess, mean)) <= mostByChance;
}

/** Of two pictures that are one: what is nearer is no nearer. */
const leastDistance = 1 - samePictureScore;

function logDistance(score: number): number {
  return Math.log(Math.max(leastDistance, 1 - score));
}
