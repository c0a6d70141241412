import { expect, it } from 'vitest';
import { refusedScore } from './allowance.ts';

const falling = (count: number) => Float64Array.from({ length: count }, (_, i) => 1 - i / count);

it.each([
  // 29 and 57 of 100 may pass, though 0.29 * 100 and 0.57 * 100 are a hair less in floating point.
  [100, 0.29, 29],
  [100, 0.57, 57],
  [100, 0.07, 7],
  [16_384, 1 / 16_384, 1],
  [10, 0.19, 1],
  [10, 0, 0],
])('of %d scores, at a rate of %d, %d pass', (count, rate, passing) => {
  expect(refusedScore(falling(count), rate)).toBe(1 - passing / count);
});

it('refuses none when all may pass, or there is none', () => {
  expect(refusedScore(falling(5), 1)).toBeUndefined();
  expect(refusedScore([], 0.5)).toBeUndefined();
});
