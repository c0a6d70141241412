/** Which of two references is it, when both are in the picture? What one of them shows and the other does not decides. */
import type { SharedPlace } from '../second-look-contract.ts';
import type { Distinctive, Likeness } from './comparison.ts';

/**
 * How often chance may name one of two that fit equally well. Points that overlap are no independent witnesses, and what differs
 * in colour alone shows in none: so little that a dozen points of one alone do not decide.
 */
const mostByChance = 1e-4;

/** The same of print that one of two has alone, whose points lie all over the page. */
const mostByChanceOfShares = 1e-3;

/**
 * Share of a reference's points that the other must lack. Two letters of one letterhead have a fifth to a third in common; one page in
 * two states, such as with a stain and without, three quarters, and is told by its state.
 */
const leastAlone = 0.5;

/** What was told: which of the two it is, and by which places. */
export interface Verdict {
  readonly isOther: boolean;
  readonly places: readonly SharedPlace[];
}

/**
 * Points that agree with both say nothing; of those that agree with one alone, half would be the first's if it did not matter
 * which (sign test; McNemar 1947). Where that does not decide, as with text, whose letters are alike and so seldom certain: of
 * the points that one reference has and the other has not, the same share of either would be in a picture of neither (exact
 * test; Fisher 1934). Points that were found by luck of the light, or that somebody filled in, are among both.
 *
 * @param distinguish what each has that the other has not; asked for where it is needed
 */
export function tellApart(
  own: Likeness,
  other: Likeness | undefined,
  distinguish: () => readonly [Distinctive, Distinctive] | undefined,
): Verdict | undefined {
  const theirs = new Set(other?.points);
  const alone = own.places.filter((_, i) => !theirs.has(own.points[i]!));
  const shared = own.points.length - alone.length;
  if (chanceOfAtLeast(alone.length, alone.length + theirs.size - shared) <= mostByChance)
    return { isOther: false, places: alone };
  const [mine, its] = (other && distinguish()) ?? [];
  if (mine === undefined || its === undefined) return undefined;
  if ([mine, its].some(({ count, all }) => count < leastAlone * all)) return undefined;
  if (chanceOfShares(mine, its) <= mostByChanceOfShares) return { isOther: false, places: mine.places };
  if (chanceOfShares(its, mine) <= mostByChanceOfShares) return { isOther: true, places: its.places };
  return undefined;
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

function chanceOfShares(one: Distinctive, other: Distinctive): number {
  return chanceOfDraw(one.places.length, one.count, other.places.length, other.count);
}

/**
 * Of two kinds of balls some are drawn: that so many or more of the first kind are among them, when either kind is drawn as
 * easily (hypergeometric).
 */
export function chanceOfDraw(drawn: number, count: number, otherDrawn: number, otherCount: number): number {
  const all = drawn + otherDrawn;
  const logWays = (of: number, from: number) =>
    logFactorial(from) - logFactorial(of) - logFactorial(from - of);
  const whole = logWays(all, count + otherCount);
  let chance = 0;
  for (let k = Math.max(drawn, all - otherCount); k <= Math.min(count, all); k++)
    chance += Math.exp(logWays(k, count) + logWays(all - k, otherCount) - whole);
  return Math.min(1, chance);
}

function logFactorial(number: number): number {
  let sum = 0;
  for (let factor = 2; factor <= number; factor++) sum += Math.log(factor);
  return sum;
}
