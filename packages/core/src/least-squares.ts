/** Sums of products over the places of maps [rows, places], and what is solved by them. */

/** [rows]: of `one` [places] with each row of `from`. */
export function dots(one: Float64Array, from: Float64Array): Float64Array {
  const places = one.length;
  return new Float64Array(from.length / places).map((_, row) => {
    let total = 0;
    for (let i = 0; i < places; i++) total += one[i]! * from[row * places + i]!;
    return total;
  });
}

/** To `to` [places] is added the sum of the first rows of `from`, each by its share; four at a time, which takes half as long. */
export function addRows(to: Float64Array, shares: Float64Array, from: Float64Array): void {
  const places = to.length;
  let row = 0;
  for (; row + 4 <= shares.length; row += 4) {
    const [first = 0, second = 0, third = 0, fourth = 0] = shares.subarray(row);
    for (let i = 0, at = row * places; i < places; i++, at++)
      to[i]! +=
        first * from[at]! +
        second * from[at + places]! +
        third * from[at + 2 * places]! +
        fourth * from[at + 3 * places]!;
  }
  for (; row < shares.length; row++)
    for (let i = 0; i < places; i++) to[i]! += shares[row]! * from[row * places + i]!;
}

/**
 * What all channels of `plain` do not explain of each channel of `map` [channels, places] by least squares with a ridge, and by how
 * much the level of each has moved.
 *
 * @param weights of the places, their sum 1
 * @param ridge in shares of what the channels of `plain` vary, at each and on the average
 */
export function unexplained(map: Float64Array, plain: Float64Array, weights: Float64Array, ridge: number) {
  const places = weights.length;
  const [left, level] = aboutLevel(map, weights);
  const [flat, plainLevel] = aboutLevel(plain, weights);
  const rows = Array.from(level, (_, a) => {
    const weighted = weights.map((weight, i) => weight * flat[a * places + i]!);
    return [...dots(weighted, flat), ...dots(weighted, left)];
  });
  const spread = rows.reduce((total, row, a) => total + row[a]!, 0) / rows.length;
  rows.forEach((row, a) => {
    row[a]! += ridge * (spread + row[a]!) + 1e-3;
  });
  // Gauss and Jordan: positive definite, so no pivot is sought.
  rows.forEach((row, a) => {
    for (const other of rows) {
      const share = other === row ? 0 : other[a]! / row[a]!;
      if (share !== 0) for (let i = a; i < row.length; i++) other[i]! -= share * row[i]!;
    }
  });
  for (let b = 0; b < rows.length; b++) {
    const minus = Float64Array.from(rows, (row, a) => -row[rows.length + b]! / row[a]!);
    addRows(left.subarray(b * places, (b + 1) * places), minus, flat);
  }
  return { left, shift: level.map((value, a) => value - plainLevel[a]!) };
}

/** Each channel less its weighted mean, and the means. */
function aboutLevel(map: Float64Array, weights: Float64Array): [Float64Array, Float64Array] {
  const level = dots(weights, map);
  return [map.map((value, i) => value - level[Math.floor(i / weights.length)]!), level];
}
