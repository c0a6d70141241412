/** Places that look like a corner of the document. */
import type { Point } from '@docclf/preprocess';
import { grid } from './layout.ts';

/** How many are combined to quads: 8 make 70 subsets of four. */
const MOST_PEAKS = 8;
const LEAST_PEAK = 0.004;

/** In cells; `mass` is the chance within 5 x 5 cells, summed over the four corners. */
export interface Peak extends Point {
  readonly mass: number;
}

/** The highest local maxima of `[48, 48]`, highest first, each at the middle of the mass around it. */
export function peaksOf(values: Float64Array, most = MOST_PEAKS): readonly Peak[] {
  const cell = (row: number, column: number) =>
    row >= 0 && column >= 0 && row < grid && column < grid ? values[row * grid + column]! : 0;
  const tops: { row: number; column: number; value: number }[] = [];
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const value = cell(row, column);
      if (value > LEAST_PEAK && isHighest(row, column, value)) tops.push({ row, column, value });
    }
  }
  // Sorting is stable: of equals the first in reading order comes first, as in the reference.
  return tops
    .sort((a, b) => b.value - a.value)
    .slice(0, most)
    .map(({ row, column }) => middleOfMass(row, column));

  function isHighest(row: number, column: number, value: number): boolean {
    for (let y = row - 1; y <= row + 1; y++) {
      for (let x = column - 1; x <= column + 1; x++) if (cell(y, x) > value) return false;
    }
    return true;
  }

  function middleOfMass(row: number, column: number): Peak {
    let mass = 0;
    let x = 0;
    let y = 0;
    for (let down = -2; down <= 2; down++) {
      for (let across = -2; across <= 2; across++) {
        const value = cell(row + down, column + across);
        mass += value;
        x += value * across;
        y += value * down;
      }
    }
    return { x: column + 0.5 + x / mass, y: row + 0.5 + y / mass, mass };
  }
}
