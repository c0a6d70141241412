/** A growing matrix of unit vectors that can be searched: what a store holds in memory. */
import { createKernelMemory, kernelError, kernelLanes } from './kernel.ts';
import { createBest, dot, type NearestRow, type Precedes } from './nearest.ts';

/** Rows a call of the kernel: its answers stay in the processor's cache until they are looked at. */
const blockRows = 2048;

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
   */
  nearest(
    query: Float32Array,
    count: number,
    precedes: Precedes,
    includes?: (row: number) => boolean,
  ): NearestRow[];
}

/**
 * An empty matrix for vectors of `dimension` values and norm 1.
 *
 * The rows lie in a WebAssembly memory. Its kernel computes in float32 and only sorts out the rows that
 * cannot be among the best; the cosine of the others is computed by the plain loop in double precision,
 * so the answer is the plain loop's to the last bit.
 *
 * @param createMemory for tests: with the kernel or without
 */
export function createRowMatrix(dimension: number, createMemory = createKernelMemory): RowMatrix {
  const stride = Math.ceil(dimension / kernelLanes) * kernelLanes;
  // Before the rows: the query, then the kernel's answers.
  const answersStart = stride;
  const rowsStart = answersStart + blockRows;
  const memory = createMemory(4 * rowsStart);
  const { dots } = memory;
  const error = kernelError(stride);
  let values = new Float32Array(memory.buffer);
  let count = 0;

  const startOf = (row: number) => rowsStart + row * stride;

  function reserve(rows: number): void {
    const missing = 4 * startOf(rows) - memory.buffer.byteLength;
    if (missing <= 0) return;
    memory.grow(Math.max(missing, 4 * Math.ceil(memory.buffer.byteLength / 8)));
    values = new Float32Array(memory.buffer);
  }

  return {
    get count() {
      return count;
    },
    append(vector) {
      reserve(count + 1);
      values.set(vector, startOf(count));
      return count++;
    },
    remove(row) {
      count--;
      values.copyWithin(startOf(row), startOf(count), startOf(count) + dimension);
    },
    copyOf: (row) => values.slice(startOf(row), startOf(row) + dimension),
    nearest(query, wanted, precedes, includes) {
      const best = createBest(wanted, precedes);
      values.set(query);
      for (let first = 0; first < count; first += blockRows) {
        const rows = Math.min(blockRows, count - first);
        dots?.(4 * startOf(first), rows, 4 * stride, 0, 4 * answersStart);
        for (let i = 0; i < rows; i++) {
          if (dots && values[answersStart + i]! < best.floor - error) continue;
          const row = first + i;
          if (!includes || includes(row)) best.offer(row, dot(values, startOf(row), query));
        }
      }
      return best.sorted();
    },
  };
}
