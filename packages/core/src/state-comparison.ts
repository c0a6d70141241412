/**
 * From state maps to state vectors: what a picture differs in from a baseline, the same document without a state. What is
 * printed on the document falls out of the difference, the camera with the level and the contrast of each channel, where a mark
 * lies falls out of the pooling over places.
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

/** Numbers of weights and biases of the layers, in their order: a place's, those of a place and the eight around it, two more. */
export function shapesOf({ channels, comparison }: Pick<StateModel, 'channels' | 'comparison'>) {
  const { fine, hidden, dimension } = comparison;
  return [
    [3 * channels * fine, fine],
    [9 * 2 * fine, 2 * fine],
    [2 * fine * hidden, hidden],
    [3 * hidden * dimension, dimension],
  ] as const;
}

/** The layers that the manifest carries. */
export function createStateComparison(model: StateModel): StateComparison {
  const { fine, hidden, dimension, strongest } = model.comparison;
  const [first, near, second, out] = layersOf(model) as [Layer, Layer, Layer, Layer];
  const side = Math.sqrt(model.places);
  const half = side / 2;
  const places = half * half;

  return {
    vectorOf(map, baseline) {
      const inputs = beside(map, baseline, model);
      const each = rectified(first, inputs, model.places, fine);
      const pooled = pooledByTwo(each, fine, side);
      const units = rectified(second, withNear(near, pooled, 2 * fine, half), places, hidden);
      return toUnit(applied(out, overPlaces(units, hidden, strongest), dimension));
    },
  };
}

/**
 * [3 * channels, places]: of each channel what the baseline does not explain once it is brought to the map's contrast, the
 * baseline so, and by how much its level has moved.
 */
function beside(
  map: Float32Array,
  baseline: Float32Array,
  { channels, places, comparison: { shrunk } }: StateModel,
): Float32Array {
  const inputs = new Float32Array(3 * channels * places);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * places;
    const values = map.subarray(start, start + places);
    const plain = baseline.subarray(start, start + places);
    const level = sum(values) / places;
    const plainLevel = sum(plain) / places;
    let together = 0;
    let square = 0;
    for (let i = 0; i < places; i++) {
      together += (values[i]! - level) * (plain[i]! - plainLevel);
      square += (plain[i]! - plainLevel) ** 2 + shrunk * plain[i]! ** 2;
    }
    const contrast = together / places / (square / places + 1e-3);
    for (let i = 0; i < places; i++) {
      const expected = contrast * (plain[i]! - plainLevel);
      inputs[start + i] = values[i]! - level - expected;
      inputs[start + channels * places + i] = expected + plainLevel;
    }
    inputs.fill(level - plainLevel, start + 2 * channels * places, start + (2 * channels + 1) * places);
  }
  return inputs;
}

/** [rows, places] of [columns, places]: a layer at each place, negative numbers as 0. */
function rectified(
  { weights, biases }: Layer,
  from: Float32Array,
  places: number,
  rows: number,
): Float32Array {
  const columns = weights.length / rows;
  const to = new Float32Array(rows * places);
  for (let row = 0; row < rows; row++) {
    const result = to.subarray(row * places, (row + 1) * places).fill(biases[row]!);
    for (let column = 0; column < columns; column++) {
      const weight = weights[row * columns + column]!;
      const start = column * places;
      for (let i = 0; i < places; i++) result[i]! += weight * from[start + i]!;
    }
    for (let i = 0; i < places; i++) if (result[i]! < 0) result[i] = 0;
  }
  return to;
}

/** [2 * count, side / 2, side / 2] of [count, side, side]: mean and maximum of two by two places. */
function pooledByTwo(maps: Float32Array, count: number, side: number): Float32Array {
  const half = side / 2;
  const to = new Float32Array(2 * count * half * half);
  for (let i = 0; i < count * half * half; i++) {
    const row = Math.floor(i / half);
    const at = 2 * row * side + 2 * (i % half);
    const [a, b, c, d] = [maps[at]!, maps[at + 1]!, maps[at + side]!, maps[at + side + 1]!];
    to[i] = (a + b + c + d) / 4;
    to[count * half * half + i] = Math.max(a, b, c, d);
  }
  return to;
}

/** Added to each map [count, side, side] what it sees around each of its places, negative numbers as 0; beyond its edge there is nothing. */
function withNear({ weights, biases }: Layer, maps: Float32Array, count: number, side: number): Float32Array {
  const to = maps.slice();
  for (let map = 0; map < count; map++) {
    const start = map * side * side;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let seen = biases[map]!;
        for (let dy = Math.max(-1, -y); dy <= Math.min(1, side - 1 - y); dy++)
          for (let dx = Math.max(-1, -x); dx <= Math.min(1, side - 1 - x); dx++)
            seen += weights[9 * map + 3 * dy + dx + 4]! * maps[start + (y + dy) * side + x + dx]!;
        if (seen > 0) to[start + y * side + x]! += seen;
      }
    }
  }
  return to;
}

/** [3 * count] of [count, places]: mean, maximum and the mean of the strongest. */
function overPlaces(maps: Float32Array, count: number, strongest: number): Float32Array {
  const places = maps.length / count;
  const to = new Float32Array(3 * count);
  for (let map = 0; map < count; map++) {
    const values = maps.subarray(map * places, (map + 1) * places).sort();
    to[map] = sum(values) / places;
    to[count + map] = values[places - 1]!;
    to[2 * count + map] = sum(values.subarray(places - strongest)) / strongest;
  }
  return to;
}

function applied({ weights, biases }: Layer, from: Float32Array, rows: number): Float32Array {
  const to = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let value = biases[row]!;
    for (let i = 0; i < from.length; i++) value += weights[row * from.length + i]! * from[i]!;
    to[row] = value;
  }
  return to;
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

function layersOf(model: StateModel): Layer[] {
  const bytes = Uint8Array.from(atob(model.comparison.weights), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let next = 0;
  const take = (count: number) =>
    Float32Array.from({ length: count }, () => {
      const value = view.getFloat32(4 * next, true);
      next++;
      return value;
    });
  return shapesOf(model).map(([weights, biases]) => ({ weights: take(weights), biases: take(biases) }));
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
