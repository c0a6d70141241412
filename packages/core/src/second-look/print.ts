/** Which of two references is it, when both are in the picture? What one of them shows and the other does not decides. */
import type { Likeness } from './comparison.ts';

/**
 * How often chance may name one of two that fit equally well. Points that overlap are no independent witnesses, and what differs
 * in colour alone shows in none: so little that a dozen points of one alone do not decide.
 */
const mostByChance = 1e-4;

/**
 * Whether the probe fits the first clearly better. Points that agree with both say nothing; of those that agree with one
 * alone, half would be the first's if it did not matter which (sign test; McNemar 1947).
 */
export function isTold({ points }: Likeness, other: Likeness | undefined): boolean {
  const theirs = new Set(other?.points);
  const shared = points.filter((point) => theirs.has(point)).length;
  return chanceOfAtLeast(points.length - shared, points.length + theirs.size - 2 * shared) <= mostByChance;
}

/** That of `count` throws of a coin so many or more are heads. */
export function chanceOfAtLeast(heads: number, count: number): number {
  let logChoose = 0;
  let chance = 0;
  for (let k = 0; k <= count; k++) {
    if (k >= heads) chance += Math.exp(logChoose - count * Math.LN2);
    logChoose += Math.log((count - k) / (k + 1));
  }
  return chance;
}
