/**
 * From state maps to state vectors: what a picture differs in from a baseline, the same document without a state. What is
 * printed on the document falls out of the difference, the camera with what it does alike everywhere, where a mark lies falls out
 * of the pooling over places.
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
 * [3 * channels, places]: what the baseline does not explain, what it does, and by how much the level of each channel has moved. The
 * camera mixes and scales channels alike everywhere, which least squares undo; a mark lies at some places, which weigh less.
 */
function beside(map: Float32Array, baseline: Float32Array, model: StateModel): Float32Array {
  const { channels, places } = model;
  let weights = new Float64Array(places).fill(1 / places);
  for (let round = 0; round < reweighted; round++)
    weights = weightsOf(explained(map, baseline, weights, model), model);
  const inputs = new Float32Array(3 * channels * places);
  const { left, level, plainLevel } = explained(map, baseline, weights, model);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * places;
    for (let i = start; i < start + places; i++) {
      inputs[i] = left[i]!;
      inputs[channels * places + i] = map[i]! - left[i]!;
    }
    const shift = level[channel]! - plainLevel[channel]!;
    inputs.fill(shift, 2 * channels * places + start, 2 * channels * places + start + places);
  }
  return inputs;
}

/** How often what is hardly explained loses weight. */
const reweighted = 2;

interface Explained {
  /** Of the map [channels, places], what the baseline does not explain. */
  readonly left: Float64Array;
  /** Means of the channels. */
  readonly level: Float64Array;
  readonly plainLevel: Float64Array;
}

/** Each channel of the map from all of the baseline, by weighted least squares with a ridge. */
function explained(
  map: Float32Array,
  baseline: Float32Array,
  weights: Float64Array,
  { channels, places, comparison: { shrunk } }: StateModel,
): Explained {
  const [left, level] = aboutLevel(map, weights, channels);
  const [flat, plainLevel] = aboutLevel(baseline, weights, channels);
  const square = new Float64Array(channels * channels);
  const mixing = new Float64Array(channels * channels);
  const weighted = new Float64Array(places);
  for (let a = 0; a < channels; a++) {
    for (let i = 0; i < places; i++) weighted[i] = weights[i]! * flat[a * places + i]!;
    for (let b = 0; b < channels; b++) {
      if (b <= a) square[a * channels + b] = dot(weighted, flat, b * places);
      mixing[a * channels + b] = dot(weighted, left, b * places);
    }
  }
  let spread = 0;
  for (let a = 0; a < channels; a++) spread += square[a * channels + a]! / channels;
  for (let a = 0; a < channels; a++)
    square[a * channels + a]! += shrunk * (spread + square[a * channels + a]!) + 1e-3;
  solve(square, mixing, channels);
  for (let b = 0; b < channels; b++) {
    for (let a = 0; a < channels; a++) {
      const share = mixing[a * channels + b]!;
      for (let i = 0; i < places; i++) left[b * places + i]! -= share * flat[a * places + i]!;
    }
  }
  return { left, level, plainLevel };
}

/** Each channel less its weighted mean, and the means. */
function aboutLevel(
  map: Float32Array,
  weights: Float64Array,
  channels: number,
): [Float64Array, Float64Array] {
  const places = weights.length;
  const flat = Float64Array.from(map);
  const level = Float64Array.from({ length: channels }, (_, channel) => dot(weights, flat, channel * places));
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < places; i++) flat[channel * places + i]! -= level[channel]!;
  return [flat, level];
}

/** Of all of `a` and as many of `b` from `start` on. */
function dot(a: Float64Array, b: Float64Array, start: number): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[start + i]!;
  return total;
}

/** Weights of places, summing to 1: the less, the more is left there beside what is left at the middle place. */
function weightsOf({ left }: Explained, { channels, places }: StateModel): Float64Array {
  const strange = new Float64Array(places);
  for (let channel = 0; channel < channels; channel++) {
    const rest = left.subarray(channel * places, (channel + 1) * places);
    const usual = rest.reduce((total, value) => total + value * value, 0) / places + 1e-4;
    rest.forEach((value, i) => {
      strange[i]! += (value * value) / usual / channels;
    });
  }
  const middle = strange.slice().sort()[(places - 1) >> 1]!;
  const weights = strange.map((value) => 1 / (1 + value / (2 * middle + 1e-3)));
  const total = weights.reduce((all, value) => all + value, 0);
  return weights.map((value) => value / total);
}

/** Cholesky: `right` [n, n] becomes what `matrix` times it was, of a positive definite matrix whose lower half is used, and used up. */
function solve(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) value -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(value) : value / matrix[j * n + j]!;
    }
  }
  for (let column = 0; column < n; column++) {
    for (let i = 0; i < n; i++) {
      let value = right[i * n + column]!;
      for (let k = 0; k < i; k++) value -= matrix[i * n + k]! * right[k * n + column]!;
      right[i * n + column] = value / matrix[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let value = right[i * n + column]!;
      for (let k = i + 1; k < n; k++) value -= matrix[k * n + i]! * right[k * n + column]!;
      right[i * n + column] = value / matrix[i * n + i]!;
    }
  }
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
    Float32Array.from({ length: count }, () => halfPrecision(view.getUint16(2 * next++, true)));
  return shapesOf(model).map(([weights, biases]) => ({ weights: take(weights), biases: take(biases) }));
}

/** The number that is stored in so many bits: not every runtime reads them. Infinity and what is no number do not occur. */
function halfPrecision(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
