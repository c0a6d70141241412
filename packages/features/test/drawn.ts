/** A drawn page for tests: blocks of several greys, none like another, from a fixed row of numbers. */
import type { RasterImage } from '@docclf/preprocess';

/** @param seed another page for another whole number */
export function drawnPage(width: number, height: number, seed: number): RasterImage {
  const data = new Uint8Array(width * height).fill(230);
  let state = seed;
  // Numerical Recipes' congruential generator: the same row in every runtime.
  const next = (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  for (let block = 0; block < 220; block++) {
    const [left, top] = [next(width - 20), next(height - 20)];
    const [across, down, grey, slant] = [3 + next(15), 3 + next(15), next(256), next(5) - 2];
    for (let y = top; y < Math.min(height, top + down); y++) {
      const shift = Math.round((slant * (y - top)) / 4);
      for (let x = left + shift; x < left + shift + across; x++)
        if (x >= 0 && x < width) data[y * width + x] = grey;
    }
  }
  return { data, width, height, channels: 1 };
}
