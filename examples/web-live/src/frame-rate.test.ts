import { expect, it } from 'vitest';
import { createFrameRate } from './frame-rate.ts';

it('averages over its window and forgets what was before', () => {
  const rate = createFrameRate(2);
  expect(rate.tick(0)).toBe(0);
  expect(rate.tick(100)).toBe(10);
  expect(rate.tick(200)).toBe(10);
  expect(rate.tick(250)).toBeCloseTo(13.333, 3);
  expect(rate.tick(300)).toBe(20);
});

it('stays finite when two frames bear one time', () => {
  const rate = createFrameRate();
  rate.tick(5);
  expect(rate.tick(5)).toBe(0);
});
