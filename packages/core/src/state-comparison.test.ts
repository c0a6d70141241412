import { describe, expect, it } from 'vitest';
// Computed by PyTorch: `python -m docclf_training.states.golden`.
import golden from '../test/state-comparison.json' with { type: 'json' };
import type { StateModel } from './model-manifest.ts';
import { createStateComparison, middleOf } from './state-comparison.ts';

describe('createStateComparison', () => {
  it('says what PyTorch says', () => {
    const { vectorOf } = createStateComparison(golden as unknown as StateModel);
    const baseline = Float32Array.from(golden.baseline);
    golden.maps.forEach((map, i) => {
      const vector = vectorOf(Float32Array.from(map), baseline);
      golden.vectors[i]!.forEach((value, j) => {
        expect(vector[j]).toBeCloseTo(value, 5);
      });
    });
  });

  it('leaves what it is given as it is, and says the same again', () => {
    const { vectorOf } = createStateComparison(golden as unknown as StateModel);
    const [map, baseline] = [Float32Array.from(golden.maps[0]!), Float32Array.from(golden.baseline)];
    const first = vectorOf(map, baseline);
    expect([map, baseline]).toEqual([Float32Array.from(golden.maps[0]!), Float32Array.from(golden.baseline)]);
    expect(vectorOf(map, baseline)).toEqual(first);
  });
});

describe('middleOf', () => {
  it('is the median of each place, of an even number the lower one', () => {
    const maps = [Float32Array.of(1, 9), Float32Array.of(2, 7), Float32Array.of(8, 8)];
    expect(middleOf(maps)).toEqual(Float32Array.of(2, 8));
    expect(middleOf([...maps, Float32Array.of(9, 0)])).toEqual(Float32Array.of(2, 7));
  });
});
