import { describe, expect, it } from 'vitest';
import type { StateModel } from './model-manifest.ts';
import { createStateComparison, middleOf } from './state-comparison.ts';

const base64 = (values: readonly number[]) =>
  btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer)));

describe('createStateComparison', () => {
  it('is two layers of difference and baseline, pooled over the places, and one more', () => {
    const weights = [
      // Two units of the difference and the baseline of one channel, and their biases.
      ...[1, 0, -1, 1],
      ...[0, 0.5],
      // Both passed on.
      ...[1, 0, 0, 1],
      ...[0, 0],
      // Mean of the first; maximum of the second; mean of the two strongest of the first, and a bias.
      ...[1, 0, 0, 0, 0, 0],
      ...[0, 0, 0, 1, 0, 0],
      ...[0, 0, 0, 0, 1, 0],
      ...[0, 0, -2],
    ];
    const model = {
      channels: 1,
      places: 4,
      comparison: { hidden: 2, dimension: 3, strongest: 2, weights: base64(weights) },
    } as StateModel;
    const vector = createStateComparison(model).vectorOf(
      Float32Array.of(3, 1, 0, 5),
      Float32Array.of(1, 1, 2, 1),
    );
    // Differences 2, 0, -2, 4: first unit 2, 0, 0, 4; second -1, 1, 4, -3 and 0.5, so 0, 1.5, 4.5, 0.
    const expected = [1.5, 4.5, 3 - 2];
    const norm = Math.hypot(...expected);
    expected.forEach((value, i) => {
      expect(vector[i]).toBeCloseTo(value / norm, 6);
    });
  });
});

describe('middleOf', () => {
  it('is the median of each place, of an even number the lower one', () => {
    const maps = [Float32Array.of(1, 9), Float32Array.of(2, 7), Float32Array.of(8, 8)];
    expect(middleOf(maps)).toEqual(Float32Array.of(2, 8));
    expect(middleOf([...maps, Float32Array.of(9, 0)])).toEqual(Float32Array.of(2, 7));
  });
});
