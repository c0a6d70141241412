/**
 * From state maps to state vectors: what a picture differs in from a baseline, the same document without a state. What is
 * printed on the document falls out of the difference, the camera with what it does alike everywhere, where a mark lies falls out
 * of the pooling over places.
 */
import { addRows, unexplained } from './least-squares.ts';
import type { StateModel } from './model-manifest.ts';
import { toUnit } from './vector.ts';

export interface StateComparison {
  /** The unit vector of a map [channels, places] beside a baseline of the same shape; alike for two documents in one state. */
  vectorOf(map: Float32Array, baseline: Float32Array): Float32Array;
}

interface Layer {
  /** Row by row. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
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
  const { fine, hidden, strongest } = model.comparison;
  const [first, near, second, out] = layersOf(model) as [Layer, Layer, Layer, Layer];
  const side = Math.sqrt(model.places);
  const half = side / 2;
  const places = half * half;

  return {
    vectorOf(map, baseline) {
      const inputs = beside(Float64Array.from(map), Float64Array.from(baseline), model);
      const each = rectified(first, inputs, model.places);
      const pooled = pooledByTwo(each, fine, side);
      const units = rectified(second, withNear(near, pooled, 2 * fine, half), places);
      return toUnit(applied(out, overPlaces(units, hidden, strongest)));
    },
  };
}

/**
 * [3 * channels, places]: what the baseline does not explain, what it does, and by how much the level of each channel has moved. The
 * camera mixes and scales channels alike everywhere, which least squares undo; a mark lies at some places, which weigh less.
 */
function beside(map: Float64Array, baseline: Float64Array, { places, comparison: { shrunk } }: StateModel) {
  let weights: Float64Array = new Float64Array(places).fill(1 / places);
  for (let round = 0; round < reweighted; round++)
    weights = weightsOf(unexplained(map, baseline, weights, shrunk).left, places);
  const { left, shift } = unexplained(map, baseline, weights, shrunk);
  return new Float64Array(3 * map.length).map((_, i) => {
    const at = i % map.length;
    if (i < map.length) return left[at]!;
    return i < 2 * map.length ? map[at]! - left[at]! : shift[Math.floor(at / places)]!;
  });
}

/** How often what is hardly explained loses weight. */
const reweighted = 2;

/** Weights of places, summing to 1: the less, the more is left there beside what is left at the middle place. */
function weightsOf(left: Float64Array, places: number): Float64Array {
  const strange = new Float64Array(places);
  for (let start = 0; start < left.length; start += places) {
    const squares = left.subarray(start, start + places).map((value) => value * value);
    addRows(strange, Float64Array.of(places / left.length / (sum(squares) / places + 1e-4)), squares);
  }
  const middle = strange.slice().sort()[(places - 1) >> 1]!;
  const weights = strange.map((value) => 1 / (1 + value / (2 * middle + 1e-3)));
  const total = sum(weights);
  return weights.map((value) => value / total);
}

/** [rows, places] of [columns, places]: a layer at each place, negative numbers as 0. */
function rectified({ weights, biases }: Layer, from: Float64Array, places: number): Float64Array {
  const columns = from.length / places;
  const to = new Float64Array(biases.length * places);
  biases.forEach((bias, row) => {
    const result = to.subarray(row * places, (row + 1) * places).fill(bias);
    addRows(result, weights.subarray(row * columns, (row + 1) * columns), from);
  });
  return to.map((value) => Math.max(0, value));
}

/** [2 * count, side / 2, side / 2] of [count, side, side]: mean and maximum of two by two places. */
function pooledByTwo(maps: Float64Array, count: number, side: number): Float64Array {
  const half = side / 2;
  const to = new Float64Array(2 * count * half * half);
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
function withNear({ weights, biases }: Layer, maps: Float64Array, count: number, side: number): Float64Array {
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
function overPlaces(maps: Float64Array, count: number, strongest: number): Float64Array {
  const places = maps.length / count;
  const to = new Float64Array(3 * count);
  for (let map = 0; map < count; map++) {
    const values = maps.subarray(map * places, (map + 1) * places).sort();
    to[map] = sum(values) / places;
    to[count + map] = values[places - 1]!;
    to[2 * count + map] = sum(values.subarray(places - strongest)) / strongest;
  }
  return to;
}

function applied({ weights, biases }: Layer, from: Float64Array): Float32Array {
  return Float32Array.from(biases, (bias, row) =>
    from.reduce((total, value, i) => total + weights[row * from.length + i]! * value, bias),
  );
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
    Float64Array.from({ length: count }, () => halfPrecision(view.getUint16(2 * next++, true)));
  return shapesOf(model).map(([weights, biases]) => ({ weights: take(weights), biases: take(biases) }));
}

/** The number that is stored in so many bits: not every runtime reads them. Infinity and what is no number do not occur. */
function halfPrecision(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = (exponent ? 1024 + fraction : 2 * fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
