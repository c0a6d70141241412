import { expect, it } from 'vitest';
import { chanceOfAtLeast, chanceOfDraw, tellApart } from './print.ts';

it('the chance of so many heads is that of the binomial tables', () => {
  // scipy.stats.binom.sf(k - 1, n, 0.5)
  expect(chanceOfAtLeast(0, 10)).toBeCloseTo(1, 12);
  expect(chanceOfAtLeast(9, 10)).toBeCloseTo(0.0107421875, 12);
  expect(chanceOfAtLeast(60, 100)).toBeCloseTo(0.028443966820490385, 10);
  expect(chanceOfAtLeast(210, 400)).toBeCloseTo(0.17106119804202563, 10);
  expect(chanceOfAtLeast(0, 0)).toBe(1);
});

it('the chance of so many of one kind is that of Fisher’s exact test', () => {
  // scipy.stats.fisher_exact([[a, b], [c, d]], alternative='greater')
  expect(chanceOfDraw(32, 54, 1, 63) / 3.6022829400180066e-13).toBeCloseTo(1, 6);
  expect(chanceOfDraw(3, 8, 2, 11)).toBeCloseTo(0.33591331269349844, 10);
  expect(chanceOfDraw(120, 200, 90, 200)).toBeCloseTo(0.0018175927779407201, 10);
  expect(chanceOfDraw(0, 4, 3, 7)).toBeCloseTo(1, 10);
  expect([chanceOfDraw(0, 0, 5, 9), chanceOfDraw(0, 0, 0, 0)]).toEqual([1, 1]);
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const place = (x: number) => ({ probe: { x, y: 0 }, reference: { x, y: 0 } });
const corners = [place(0), place(1), place(2), place(3)].map(({ probe }) => probe) as never;
const likeness = (points: readonly number[]) => ({
  inliers: points.length,
  corners,
  points,
  places: points.map(place),
});
const distinctive = (shown: number, count: number, all = 80) => ({
  count,
  all,
  places: range(0, shown).map(place),
});

it('of text, what only one of the two prints decides, for either', () => {
  const [own, other] = [likeness(range(0, 12)), likeness(range(2, 14))];
  const by = (mine: number, its: number) =>
    tellApart(own, other, () => [distinctive(mine, 60), distinctive(its, 60)]);
  expect(by(20, 1)).toMatchObject({ isOther: false });
  expect(by(20, 1)?.places.length).toBe(20);
  expect(by(1, 20)).toMatchObject({ isOther: true });
  // As much of either, as of a picture of neither or of two that print the same.
  expect(by(20, 18)).toBeUndefined();
  expect(by(0, 0)).toBeUndefined();
  // One page in two states: most of its print is in common, and what a stain hides shows in any other picture of it.
  expect(tellApart(own, other, () => [distinctive(20, 60, 200), distinctive(1, 60, 200)])).toBeUndefined();
  // The other prints nothing that this one does not: there is nothing to miss.
  expect(tellApart(own, other, () => [distinctive(30, 40), distinctive(0, 0)])).toBeUndefined();
  expect(tellApart(own, other, () => undefined)).toBeUndefined();
});

it('of what agrees with one alone, many places decide before anything else is asked', () => {
  const verdict = tellApart(likeness(range(0, 30)), likeness(range(0, 10)), () => {
    throw new Error('not needed');
  });
  expect(verdict?.isOther).toBe(false);
  expect(verdict?.places.map(({ probe }) => probe.x)).toEqual(range(10, 30));
});
