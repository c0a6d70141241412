import { expect, it } from 'vitest';
import { thrownCode } from '../testing.ts';
import { areaUnderRoc, ratesAtThreshold, rocCurve } from './curves.ts';
import { scoreHistogram } from './histogram.ts';
import { thresholdAtFpr } from './verification.ts';

it('accepts what reaches the threshold', () => {
  const [genuine, impostor] = [
    [0.9, 0.8, 0.7],
    [0.8, 0.5, 0.4, 0.3],
  ];
  expect(ratesAtThreshold(genuine, impostor, 0.8)).toEqual({ tpr: 2 / 3, fpr: 1 / 4 });
  expect(ratesAtThreshold(genuine, impostor, 0)).toEqual({ tpr: 1, fpr: 1 });
  expect(ratesAtThreshold([], impostor, 1)).toEqual({ tpr: null, fpr: 0 });
});

it.each([[[]], [[0.1, 0.2]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])(
  'refuses %j as a set of scores',
  (scores) => {
    expect(thrownCode(() => rocCurve(scores, [0.5]))).toBe('INVALID_ARGUMENT');
    expect(thrownCode(() => rocCurve([0.5], scores))).toBe('INVALID_ARGUMENT');
  },
);

it('leaves an area without scores open', () => {
  expect([areaUnderRoc([], [0.5]), areaUnderRoc([0.5], [])]).toEqual([null, null]);
  expect(thresholdAtFpr(Float32Array.of(0.5), new Float32Array(0), 0.1)).toBeNull();
});

it('puts a score on a border into the bin above, and 1 into the last', () => {
  expect(scoreHistogram([0, 0.24, 0.25, 0.5, 1, 1], 4)).toEqual([2, 1, 1, 2]);
});
