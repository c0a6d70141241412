import type { Classification } from '@docclf/core';
import { expect, it } from 'vitest';
import { whyUnknown } from './answer-text.ts';

const result = (facts: Partial<Classification>) =>
  ({
    reason: 'below-threshold',
    oneOf: [],
    advice: [],
    corners: null,
    image: { width: 100, height: 100 },
    score: 0.61,
    threshold: { value: 0.64205, origin: 'cohort' },
    evalue: 0.05,
    ...facts,
  }) as Classification;

it.each([
  [{}, '0.0321 missing: 1 in 20 unknown documents would match this well by chance'],
  [{ evalue: null }, '0.0321 missing'],
  [{ reason: 'look-alikes', oneOf: ['a', 'b\u202e'] }, 'one of: a, b\\u202e'],
  [{ reason: 'empty-gallery', score: null, evalue: null }, undefined],
] as const)('says why an answer is unknown: %j', (facts, words) => {
  expect(whyUnknown(result(facts as Partial<Classification>))).toBe(words);
});
