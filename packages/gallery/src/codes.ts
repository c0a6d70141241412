/**
 * Each row again as 8-bit codes, a quarter of the bytes: enough to tell which rows cannot be among the best.
 *
 * With row x = s c + r (scale, codes, residual) and query y = t d + e, the dot product is
 * xy = s t cd + ry + (s c)e, so it is at most s t cd + |r| |y| + |s c| |e| by Cauchy-Schwarz. The sum cd is of
 * whole numbers and exact. The query has 16 bits, because widened codes are multiplied anyway: |e| is next to
 * nothing, and |r| what 8 bits lose, 0.007 for 256 dimensions that are alike.
 */
import { type Bounds, type KernelMemory, reserve } from '@docclf/core/kernel';

/** One round of the kernel's inner loop. */
const lanes = 16;

export interface Codes {
  /** Makes or replaces a row's. The vector must have the dimension and norm 1. */
  write(row: number, vector: Float32Array): void;
  /** Copies a row's to another. */
  copy(from: number, to: number): void;
  /** For one query, of rows that were written; writing and copying end it. */
  boundsOf(query: Float32Array): (first: number, count: number) => Float32Array;
}

/**
 * Codes of no row yet.
 *
 * @param memory nobody else's, that of `writeBounds`
 * @param blockRows most rows that bounds are asked for at once
 */
export function createCodes(
  dimension: number,
  blockRows: number,
  memory: KernelMemory,
  writeBounds: Bounds,
): Codes {
  const padded = Math.ceil(dimension / lanes) * lanes;
  const stride = padded + 16;
  // Before the rows: the query, then the kernel's answers. It reads and writes two at a time.
  const boundsStart = 2 * padded;
  const rowsStart = boundsStart + 4 * (blockRows + 2);
  /** Of the query's codes, so that no sum of products leaves 31 bits. */
  const largestQueryCode = Math.min(32_767, Math.floor(2 ** 30 / (127 * padded)));
  let views = viewsOf(memory.buffer);

  const startOf = (row: number) => rowsStart + row * stride;

  function makeRoom(rows: number): void {
    if (reserve(memory, startOf(rows + 1))) views = viewsOf(memory.buffer);
  }

  makeRoom(0);
  return {
    write(row, vector) {
      makeRoom(row + 1);
      const start = startOf(row);
      const scale = Math.fround(largestOf(vector) / 127);
      const codesOfUnit = 1 / scale;
      // Looked up once: this loop is most of the time of the first searches.
      const { codes, facts } = views;
      let squares = 0;
      for (let i = 0; i < dimension; i++) {
        const value = vector[i]!;
        const code = (value * codesOfUnit + (value < 0 ? -0.5 : 0.5)) | 0;
        codes[start + i] = code;
        const residual = value - scale * code;
        squares += residual * residual;
      }
      const fact = (start + padded) / 4;
      facts[fact] = scale;
      facts[fact + 1] = roundedUp(Math.sqrt(squares));
    },
    copy(from, to) {
      views.codes.copyWithin(startOf(to), startOf(from), startOf(from + 1));
    },
    boundsOf(query) {
      const scale = Math.fround(largestOf(query) / largestQueryCode);
      let squares = 0;
      let residualSquares = 0;
      query.forEach((value, i) => {
        const code = Math.round(value / scale);
        views.query[i] = code;
        squares += value * value;
        residualSquares += (value - scale * code) ** 2;
      });
      // Unit vectors have a norm of at most 1.001, and their codes miss at most half a step of each value.
      const codesNorm = 1.001 + Math.sqrt(dimension) / 254;
      const slack = Math.sqrt(residualSquares) * codesNorm + kernelSlack;
      const norm = roundedUp(Math.sqrt(squares));
      return (first, rows) => {
        writeBounds(startOf(first), rows, stride, 0, scale, norm, slack, boundsStart);
        return views.facts.subarray(boundsStart / 4, boundsStart / 4 + rows);
      };
    },
  };
}

/**
 * How far the kernel's float32 arithmetic may be below what it computes: six roundings, each of relative
 * error 2^-24, of terms that are below 1.4 and 0.3.
 */
const kernelSlack = 1e-6;

/** To a float32 that is no less. */
const roundedUp = (value: number) => Math.fround(value * (1 + 2 ** -22));

function largestOf(vector: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    const size = Math.abs(vector[i]!);
    if (size > largest) largest = size;
  }
  return largest;
}

const viewsOf = (buffer: ArrayBuffer) => ({
  query: new Int16Array(buffer),
  codes: new Int8Array(buffer),
  facts: new Float32Array(buffer),
});
