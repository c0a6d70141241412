/** Which parts of a picture carried its match? Hide each in turn, and see how far the score falls. */
import type { QuarterTurn, Variation } from '../variations.ts';
import { cosine, scoreOfCosine } from '../vector.ts';

/**
 * Falls of a score, cell by cell: row-major, from the top-left corner of the picture as it was given. Positive:
 * with this part hidden the score is lower, so it carried the match. Negative: it stood in the way.
 */
export interface HeatMap {
  readonly columns: number;
  readonly rows: number;
  readonly falls: readonly number[];
}

/** Side of a hidden window in cells: they overlap by half, so that a cell is judged in several surroundings. */
const windowCells = 2;

/**
 * The copies to embed: one for each place of a window of 2 x 2 cells, row-major. The network sees each of
 * them whole, so an answer is about hiding a part, not about the part alone (occlusion: Zeiler and Fergus,
 * Visualizing and understanding convolutional networks, ECCV 2014).
 *
 * @param grid cells along each side, at least 2
 * @param angle by which the picture was turned for its answer
 * @param invert when the answer rests on its negative
 */
export function hidingVariations(grid: number, angle: 0 | QuarterTurn, invert?: true): Variation[] {
  const places = grid - windowCells + 1;
  return Array.from({ length: places * places }, (_, i) => ({
    hide: {
      x: (i % places) / grid,
      y: Math.floor(i / places) / grid,
      width: windowCells / grid,
      height: windowCells / grid,
    },
    ...(invert && { invert }),
    ...(angle !== 0 && { turn: angle }),
  }));
}

/**
 * The mean fall of the windows over each cell.
 *
 * @param vectors of `hidingVariations(grid, …)`, in their order
 * @param reference what the probe was compared with
 * @param score of the whole probe against it
 */
export function heatOf(
  grid: number,
  vectors: readonly Float32Array[],
  reference: Float32Array,
  score: number,
): HeatMap {
  const places = grid - windowCells + 1;
  const sums = new Float64Array(grid * grid);
  const windows = new Float64Array(grid * grid);
  for (const [i, vector] of vectors.entries()) {
    const fall = score - scoreOfCosine(cosine(vector, reference));
    const [left, top] = [i % places, Math.floor(i / places)];
    for (let y = top; y < top + windowCells; y++) {
      for (let x = left; x < left + windowCells; x++) {
        sums[y * grid + x]! += fall;
        windows[y * grid + x]! += 1;
      }
    }
  }
  return { columns: grid, rows: grid, falls: [...sums].map((sum, cell) => sum / windows[cell]!) };
}

/** What a part does for the one score more than for the other: where the two references were told apart. */
export function difference(a: HeatMap, b: HeatMap): HeatMap {
  return { ...a, falls: a.falls.map((fall, cell) => fall - b.falls[cell]!) };
}
