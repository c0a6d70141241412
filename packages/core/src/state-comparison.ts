/**
 * From state maps to state vectors: what a picture differs in from a baseline, the same document without a state. What is
 * printed on the document falls out of the difference, where a mark lies falls out of the pooling over places.
 */
import type { StateModel } from './model-manifest.ts';
import { toUnit } from './vector.ts';

export interface StateComparison {
  /** The unit vector of a map [channels, places] beside a baseline of the same shape; alike for two documents in one state. */
  vectorOf(map: Float32Array, baseline: Float32Array): Float32Array;
}

interface Layer {
  /** Row by row. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** The layers that the manifest carries. */
export function createStateComparison({ channels, places, comparison }: StateModel): StateComparison {
  const { hidden, dimension, strongest } = comparison;
  const [first, second, out] = layersOf(comparison.weights, [
    [2 * channels, hidden],
    [hidden, hidden],
    [3 * hidden, dimension],
  ]) as [Layer, Layer, Layer];
  const at = new Float32Array(2 * channels);
  const inner = new Float32Array(hidden);
  const outer = new Float32Array(hidden);
  const all = Array.from({ length: hidden }, () => new Float32Array(places));
  const pooled = new Float32Array(3 * hidden);

  return {
    vectorOf(map, baseline) {
      for (let place = 0; place < places; place++) {
        for (let channel = 0; channel < channels; channel++) {
          const plain = baseline[channel * places + place]!;
          at[channel] = map[channel * places + place]! - plain;
          at[channels + channel] = plain;
        }
        apply(first, at, inner, true);
        apply(second, inner, outer, true);
        for (let unit = 0; unit < hidden; unit++) all[unit]![place] = outer[unit]!;
      }
      all.forEach((values, unit) => {
        values.sort();
        const top = values.subarray(places - strongest);
        pooled[unit] = sum(values) / places;
        pooled[hidden + unit] = values[places - 1]!;
        pooled[2 * hidden + unit] = sum(top) / strongest;
      });
      const vector = new Float32Array(dimension);
      apply(out, pooled, vector, false);
      return toUnit(vector);
    },
  };
}

/** Place by place the middle of several maps: what the document is like where no picture of it without a state is known. */
export function middleOf(maps: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(maps.length);
  return maps[0]!.map((_, i) => {
    maps.forEach((map, j) => {
      values[j] = map[i]!;
    });
    // Of an even number the lower one, as in training.
    return values.sort()[(maps.length - 1) >> 1]!;
  });
}

function apply({ weights, biases }: Layer, from: Float32Array, to: Float32Array, rectified: boolean): void {
  const width = from.length;
  for (let row = 0; row < to.length; row++) {
    let value = biases[row]!;
    for (let i = 0; i < width; i++) value += weights[row * width + i]! * from[i]!;
    to[row] = rectified && value < 0 ? 0 : value;
  }
}

function layersOf(base64: string, shapes: readonly (readonly [from: number, to: number])[]): Layer[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let next = 0;
  const take = (count: number) =>
    Float32Array.from({ length: count }, () => {
      const value = view.getFloat32(4 * next, true);
      next++;
      return value;
    });
  return shapes.map(([from, to]) => ({ weights: take(from * to), biases: take(to) }));
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
