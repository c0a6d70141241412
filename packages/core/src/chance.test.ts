import { expect, it } from 'vitest';
import { describeChance } from './chance.ts';

it.each([
  [2e-4, '1 in 5,000 unknown documents would match this well by chance'],
  [0.00731, '1 in 140 unknown documents would match this well by chance'],
  [0.5, '1 in 2 unknown documents would match this well by chance'],
  [0.51, 'most unknown documents would match this well by chance'],
  [120, 'most unknown documents would match this well by chance'],
  [1e-6, '1 in 1,000,000 unknown documents would match this well by chance'],
  [1e-9, 'fewer than 1 in a million unknown documents would match this well by chance'],
])('says what an E-value of %d means', (evalue, words) => {
  expect(describeChance(evalue)).toBe(words);
});
