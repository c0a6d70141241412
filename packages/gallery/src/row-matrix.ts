/** A growing matrix of unit vectors that can be searched: what a store holds in memory. */

import { createKernelMemory, kernelError, kernelLanes, reserve } from '@docclf/core/kernel';
import { createBestOfEach } from './best-of-each.ts';
import { createCodes } from './codes.ts';
import { createBest, dot, type NearestRow, type Precedes } from './nearest.ts';

/** Rows a call of the kernel: its bounds stay in the processor's cache until they are looked at. */
const blockRows = 2048;

/**
 * Codes are made by searches, of a sixteenth of the rows each and of so many at least: making them takes as long as some
 * fifteen searches without any, so whoever opens a gallery for one answer does not wait for all of them.
 */
const codingSearches = 16;
const leastCoded = 512;

export interface RowMatrix {
  readonly count: number;
  /** Appends a row and returns its number; amortised constant time. */
  append(vector: Float32Array): number;
  /** Removes a row in constant time: the last row takes its number. */
  remove(row: number): void;
  /** A copy of a row. */
  copyOf(row: number): Float32Array;
  /**
   * The `count` rows of largest dot product with `query`, best first, the same as `nearestRows` finds.
   *
   * @param count at least 1
   * @param includes leaves rows out; default: all are searched
   * @param groupOf with it only the first row of each group is kept, such as of each label
   */
  nearest(
    query: Float32Array,
    count: number,
    precedes: Precedes,
    includes?: (row: number) => boolean,
    groupOf?: (row: number) => unknown,
  ): NearestRow[];
}

/**
 * An empty matrix for vectors of `dimension` values and norm 1.
 *
 * The rows lie in a WebAssembly memory, and once more as 8-bit codes. Its kernel only sorts out the rows that
 * cannot be among the best: first by their codes, which is a quarter of the bytes to read, then in float32.
 * The cosine of the few that are left is computed by the plain loop in double precision, so the answer is the
 * plain loop's to the last bit.
 *
 * @param createMemory for tests: with the kernel or without
 */
export function createRowMatrix(dimension: number, createMemory = createKernelMemory): RowMatrix {
  const stride = Math.ceil(dimension / kernelLanes) * kernelLanes;
  // Before the rows: the query.
  const rowsStart = stride;
  const memory = createMemory(4 * rowsStart);
  const { kernel } = memory;
  const codeMemory = createMemory(16);
  const codes = codeMemory.kernel && createCodes(dimension, blockRows, codeMemory, codeMemory.kernel.bounds);
  /** The first so many rows have codes. */
  let coded = 0;
  const error = kernelError(stride);
  let values = new Float32Array(memory.buffer);
  let count = 0;

  const startOf = (row: number) => rowsStart + row * stride;

  const viewOf = (row: number) => values.subarray(startOf(row), startOf(row) + dimension);

  function makeCodes(): void {
    const until = Math.min(count, coded + Math.max(leastCoded, Math.ceil(count / codingSearches)));
    for (; coded < until; coded++) codes!.write(coded, viewOf(coded));
  }

  return {
    get count() {
      return count;
    },
    append(vector) {
      if (reserve(memory, 4 * startOf(count + 1))) values = new Float32Array(memory.buffer);
      values.set(vector, startOf(count));
      return count++;
    },
    remove(row) {
      count--;
      values.copyWithin(startOf(row), startOf(count), startOf(count) + dimension);
      if (row >= coded) return;
      if (count >= coded) codes!.write(row, viewOf(row));
      else codes!.copy(--coded, row);
    },
    copyOf: (row) => values.slice(startOf(row), startOf(row) + dimension),
    nearest(query, wanted, precedes, includes, groupOf) {
      const best = groupOf ? createBestOfEach(wanted, precedes, groupOf) : createBest(wanted, precedes);
      values.set(query);
      if (codes) makeCodes();
      const boundsOf = codes?.boundsOf(query);
      for (let first = 0; first < count; first += blockRows) {
        const rows = Math.min(blockRows, count - first);
        const bounded = Math.min(rows, Math.max(0, coded - first));
        const bounds = bounded > 0 ? boundsOf?.(first, bounded) : undefined;
        for (let i = 0; i < rows; i++) {
          // A row without codes may be anything.
          const bound = bounds?.[i] ?? Number.POSITIVE_INFINITY;
          if (bound < best.floor) continue;
          const row = first + i;
          if (includes && !includes(row)) continue;
          const floor = best.floorFor(row);
          if (bound < floor) continue;
          if (kernel && kernel.dot(4 * startOf(row), 4 * startOf(row + 1), 0) < floor - error) continue;
          best.offer(row, dot(values, startOf(row), query));
        }
      }
      return best.sorted();
    },
  };
}
