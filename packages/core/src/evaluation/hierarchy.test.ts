import { expect, it } from 'vitest';
import { compareLabels, countHierarchy } from './hierarchy.ts';

it.each([
  ['id/front', 'id/front', 'right'],
  ['id/front', 'id/back', 'parent-right'],
  ['id/front', 'id', 'parent-right'],
  ['id', 'id/front', 'parent-right'],
  ['id/gen-2/front', 'id/gen-2/back', 'parent-right'],
  ['id/gen-2/front', 'id/gen-3/front', 'wrong'],
  ['form/a', 'form/ab', 'parent-right'],
  ['form', 'forms', 'wrong'],
  ['form/a', 'forms/a', 'wrong'],
  ['form/a', 'form', 'parent-right'],
  ['a', 'b', 'wrong'],
])('compares by segments: %s and %s are %s', (truth, predicted, expected) => {
  expect(compareLabels(truth, predicted)).toBe(expected);
});

it('counts agreement by depth', () => {
  const counts = countHierarchy([
    { truth: 'id/gen-2/front', predicted: 'id/gen-2/front', searches: 5 },
    { truth: 'id/gen-2/front', predicted: 'id/gen-3/front', searches: 2 },
    { truth: 'id/gen-2/front', predicted: 'bank', searches: 1 },
    { truth: 'bank', predicted: 'bank', searches: 4 },
  ]);
  expect(counts).toEqual({
    right: 9,
    parentRight: 0,
    wrong: 3,
    depths: [
      { depth: 1, searches: 12, right: 11 },
      { depth: 2, searches: 8, right: 5 },
      { depth: 3, searches: 8, right: 5 },
    ],
  });
});
