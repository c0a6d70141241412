/** Sums of products over the places of maps [rows, places], and what is solved by them. */

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
  const channels = map.length / places;
  const width = 2 * channels;
  // Place by place the channels of `plain`, then those of `map`; less their means.
  const both = new Float64Array(2 * map.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < places; i++) {
      both[i * width + channel] = plain[channel * places + i]!;
      both[i * width + channels + channel] = map[channel * places + i]!;
    }
  }
  const level = new Float64Array(width);
  addRows(level, weights, both);
  for (let i = 0; i < both.length; i++) both[i]! -= level[i % width]!;
  const rows = Array.from({ length: channels }, (_, a) => {
    const row = new Float64Array(width);
    addRows(
      row,
      weights.map((weight, i) => weight * both[i * width + a]!),
      both,
    );
    return row;
  });
  const spread = rows.reduce((total, row, a) => total + row[a]!, 0) / channels;
  rows.forEach((row, a) => {
    row[a]! += ridge * (spread + row[a]!) + 1e-3;
  });
  // Gauss and Jordan: positive definite, so no pivot is sought.
  rows.forEach((row, a) => {
    for (const other of rows) if (other !== row) addRows(other, Float64Array.of(-other[a]! / row[a]!), row);
  });
  const shares = new Float64Array(channels * channels).map((_, i) => {
    const a = Math.floor(i / channels);
    return -rows[a]![channels + (i % channels)]! / rows[a]![a]!;
  });
  const left = new Float64Array(map.length);
  for (let i = 0; i < places; i++) {
    const here = both.subarray(i * width, (i + 1) * width);
    addRows(here.subarray(channels), here.subarray(0, channels), shares);
    for (let channel = 0; channel < channels; channel++)
      left[channel * places + i] = here[channels + channel]!;
  }
  return { left, shift: level.slice(channels).map((value, channel) => value - level[channel]!) };
}
