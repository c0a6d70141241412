/** Sums of products over the places of maps [rows, places], four rows at a time: one at a time takes three times as long. */

/** [rows]: of `one` [places] with each row of `from`. */
export function dots(one: Float64Array, from: Float64Array): Float64Array {
  const places = one.length;
  const to = new Float64Array(from.length / places);
  let row = 0;
  for (; row + 4 <= to.length; row += 4) {
    const [a, b, c, d] = [row * places, (row + 1) * places, (row + 2) * places, (row + 3) * places];
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let i = 0; i < places; i++) {
      const value = one[i]!;
      first += value * from[a + i]!;
      second += value * from[b + i]!;
      third += value * from[c + i]!;
      fourth += value * from[d + i]!;
    }
    to[row] = first;
    to[row + 1] = second;
    to[row + 2] = third;
    to[row + 3] = fourth;
  }
  for (; row < to.length; row++) {
    let total = 0;
    for (let i = 0; i < places; i++) total += one[i]! * from[row * places + i]!;
    to[row] = total;
  }
  return to;
}

/** To `to` [places] is added the sum of the first rows of `from`, each by its share. */
export function addRows(to: Float64Array, shares: Float64Array, from: Float64Array): void {
  const places = to.length;
  let row = 0;
  for (; row + 4 <= shares.length; row += 4) {
    const [a, b, c, d] = [row * places, (row + 1) * places, (row + 2) * places, (row + 3) * places];
    const [first, second, third, fourth] = [
      shares[row]!,
      shares[row + 1]!,
      shares[row + 2]!,
      shares[row + 3]!,
    ];
    for (let i = 0; i < places; i++)
      to[i]! += first * from[a + i]! + second * from[b + i]! + third * from[c + i]! + fourth * from[d + i]!;
  }
  for (; row < shares.length; row++)
    for (let i = 0; i < places; i++) to[i]! += shares[row]! * from[row * places + i]!;
}

export interface Explained {
  /** What is not explained [channels, places]. */
  readonly left: Float64Array;
  /** Means of the channels of what is explained, and of what explains. */
  readonly level: Float64Array;
  readonly plainLevel: Float64Array;
}

/**
 * Each channel of `map` [channels, places] from all channels of `plain`, by least squares with a ridge.
 *
 * @param weights of the places, their sum 1
 * @param ridge in shares of what the channels of `plain` vary, at each and on the average
 */
export function explain(
  map: Float64Array,
  plain: Float64Array,
  weights: Float64Array,
  ridge: number,
): Explained {
  const places = weights.length;
  const channels = map.length / places;
  const [left, level] = aboutLevel(map, weights);
  const [flat, plainLevel] = aboutLevel(plain, weights);
  const square = new Float64Array(channels * channels);
  // Row by row of the channels that are explained.
  const shares = new Float64Array(channels * channels);
  for (let a = 0; a < channels; a++) {
    const weighted = weights.map((weight, i) => weight * flat[a * places + i]!);
    square.set(dots(weighted, flat), a * channels);
    dots(weighted, left).forEach((value, b) => {
      shares[b * channels + a] = value;
    });
  }
  let spread = 0;
  for (let a = 0; a < channels; a++) spread += square[a * channels + a]! / channels;
  for (let a = 0; a < channels; a++)
    square[a * channels + a]! += ridge * (spread + square[a * channels + a]!) + 1e-3;
  solve(square, shares, channels);
  for (let b = 0; b < channels; b++) {
    const minus = shares.subarray(b * channels, (b + 1) * channels).map((share) => -share);
    addRows(left.subarray(b * places, (b + 1) * places), minus, flat);
  }
  return { left, level, plainLevel };
}

/** Each channel less its weighted mean, and the means. */
function aboutLevel(map: Float64Array, weights: Float64Array): [Float64Array, Float64Array] {
  const level = dots(weights, map);
  return [map.map((value, i) => value - level[Math.floor(i / weights.length)]!), level];
}

/** Cholesky: each row of `right` [rows, n] becomes what `matrix` times it was. The matrix is positive definite, and used up. */
function solve(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) value -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(value) : value / matrix[j * n + j]!;
    }
  }
  for (let row = 0; row < right.length; row += n) {
    for (let i = 0; i < n; i++) {
      let value = right[row + i]!;
      for (let k = 0; k < i; k++) value -= matrix[i * n + k]! * right[row + k]!;
      right[row + i] = value / matrix[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let value = right[row + i]!;
      for (let k = i + 1; k < n; k++) value -= matrix[k * n + i]! * right[row + k]!;
      right[row + i] = value / matrix[i * n + i]!;
    }
  }
}
