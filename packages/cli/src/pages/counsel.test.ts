import type { Classification, ResolvedThreshold } from '@docclf/core';
import { describe, expect, it } from 'vitest';
import { createCounsel, fillOf } from './counsel.ts';

const threshold = (value: number): ResolvedThreshold => ({ value, origin: 'cohort', fpir: 0.01 });
const result = (facts: Partial<Classification>) =>
  ({
    status: 'unknown',
    reason: 'below-threshold',
    oneOf: [],
    advice: [],
    score: 0.4,
    threshold: threshold(0.7),
    ...facts,
  }) as Classification;

function linesOf(...results: readonly (Classification | undefined)[]): string[] {
  const counsel = createCounsel();
  for (const one of results) counsel.add(one);
  return counsel.lines();
}

describe('createCounsel', () => {
  it('says from which score on answers are given, and what that means', () => {
    const accepted = (value: number, more = {}) =>
      result({ status: 'accepted', threshold: { ...threshold(value), ...more } } as Partial<Classification>);
    expect(linesOf(accepted(0.7), accepted(0.74), accepted(0.71))).toEqual([
      'Accepted from a score of 0.71 on, by document 0.70 to 0.74: so that 1 of 100 documents of no label here get one (--fpir 0.01).',
    ]);
    expect(linesOf(accepted(0.8, { fpir: undefined }))).toEqual([
      'Accepted from a score of 0.80 on: as --threshold says.',
    ]);
    expect(linesOf(accepted(0.6, { fpir: 0.5 }))[0]).toContain('50 % of the documents');
    expect(linesOf(accepted(0.6, { fpir: undefined, fpr: 0.0001 }))[0]).toContain('1 of 10,000 pairs');
    expect(linesOf(undefined)).toEqual([]);
  });

  it('says what to do about the unknown ones, the most frequent reason first', () => {
    const [, ...advice] = linesOf(
      result({ score: 0.69 }),
      result({ score: 0.68 }),
      result({}),
      result({ score: 0.69, advice: ['too-small'] }),
      result({ oneOf: ['a/1', 'a/2'], reason: 'look-alikes' }),
      result({ oneOf: ['a/1', 'a/2'], reason: 'look-alikes' }),
      result({ oneOf: ['a/1', 'a/2'], reason: 'look-alikes' }),
    );
    expect(advice.map((line) => line.slice(0, 40))).toEqual([
      '3 unknown: references look alike (such a',
      '2 unknown: at most 0.03 is missing. If t',
      '1 unknown: no reference is like them. do',
      '1 unknown: the document is small in the ',
    ]);
    expect(advice[1]).toContain('--fpir 0.05');
  });
});

it.each([
  [1, undefined],
  [0.5, 'the document fills half of the picture'],
  [0.33, 'the document fills a third of the picture'],
  [0.02, 'the document fills less than a tenth of the picture'],
])('says how much of the picture a document of %f fills', (filled, words) => {
  const [width, height] = [100, 50];
  const bottom = height * filled;
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: bottom },
    { x: 0, y: bottom },
  ] as const;
  expect(fillOf({ corners, image: { width, height } })).toBe(words);
  expect(fillOf({ corners: null, image: { width, height } })).toBeUndefined();
});
