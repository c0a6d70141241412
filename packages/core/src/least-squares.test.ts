import { describe, expect, it } from 'vitest';
import { addRows, unexplained } from './least-squares.ts';

/** Five rows of two places: four that are taken at a time, and one more. */
const rows = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

it('adds rows by their shares', () => {
  const to = Float64Array.of(100, 200);
  addRows(to, Float64Array.of(1, 0, 0, 2, 1), rows);
  // 1 + 14 + 9, 2 + 16 + 10
  expect(to).toEqual(Float64Array.of(124, 228));
  addRows(to, Float64Array.of(-1), rows);
  expect(to).toEqual(Float64Array.of(123, 226));
});

describe('unexplained', () => {
  it('leaves nothing of channels that are mixed, scaled and raised', () => {
    const plain = Float64Array.of(1, 4, 2, 8, 3, 3, 9, 5);
    const mixed = Float64Array.from({ length: 8 }, (_, i) =>
      i < 4 ? 7 + 2 * plain[i]! - plain[i + 4]! : 0.5 * plain[i - 4]!,
    );
    const { left, shift } = unexplained(mixed, plain, new Float64Array(4).fill(0.25), 0);
    for (const value of left) expect(Math.abs(value)).toBeLessThan(0.01);
    // 9.5 and 1.875 are the means of one, 3.75 and 5 of the other.
    expect([...shift]).toEqual([5.75, -3.125]);
  });

  it('is the ridge regression by hand, of weighted places', () => {
    // Means 1 and 2; covariance 0.5 * (-1 * -2 + 1 * 2) = 2, variance 1, ridge 0.1 * (1 + 1) + 0.001.
    const { left } = unexplained(
      Float64Array.of(0, 4, 50),
      Float64Array.of(0, 2, -9),
      Float64Array.of(0.5, 0.5, 0),
      0.1,
    );
    const share = 2 / 1.201;
    [-2 + share, 2 - share, 48 + 10 * share].forEach((value, i) => {
      expect(left[i]).toBeCloseTo(value, 10);
    });
  });
});
