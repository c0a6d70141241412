import { expect, it } from 'vitest';
import { chanceOfAtLeast } from './print.ts';

it('the chance of so many heads is that of the binomial tables', () => {
  // scipy.stats.binom.sf(k - 1, n, 0.5)
  expect(chanceOfAtLeast(0, 10)).toBeCloseTo(1, 12);
  expect(chanceOfAtLeast(9, 10)).toBeCloseTo(0.0107421875, 12);
  expect(chanceOfAtLeast(60, 100)).toBeCloseTo(0.028443966820490385, 10);
  expect(chanceOfAtLeast(210, 400)).toBeCloseTo(0.17106119804202563, 10);
  expect(chanceOfAtLeast(0, 0)).toBe(1);
});
