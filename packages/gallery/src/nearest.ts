/** Exact nearest neighbours: the best so far in a heap, and the plain loop over contiguous rows. */
import { createBestOfEach } from './best-of-each.ts';

export interface NearestRow {
  readonly row: number;
  readonly cosine: number;
}

export interface Rows {
  /** Row-major unit vectors, at least `count * dimension` values. */
  readonly values: Float32Array;
  readonly count: number;
  readonly dimension: number;
}

/** Order of two rows with equal cosines, so that an answer does not depend on where a row lies. */
export type Precedes = (a: number, b: number) => boolean;

/**
 * The `count` rows of largest dot product with `query`, best first.
 *
 * @param count at least 1
 * @param includes leaves rows out; default: all are searched
 * @param groupOf with it only the first row of each group is kept, such as of each label
 */
export function nearestRows(
  rows: Rows,
  query: Float32Array,
  count: number,
  precedes: Precedes,
  includes?: (row: number) => boolean,
  groupOf?: (row: number) => unknown,
): NearestRow[] {
  const best = groupOf ? createBestOfEach(count, precedes, groupOf) : createBest(count, precedes);
  for (let row = 0; row < rows.count; row++) {
    if (!includes || includes(row)) best.offer(row, dot(rows.values, row * rows.dimension, query));
  }
  return best.sorted();
}

export interface Best {
  /** A cosine below this is not among the best; -Infinity until there are enough. */
  readonly floor: number;
  /** The same for one row: what it must at least reach to change anything. */
  floorFor(row: number): number;
  offer(row: number, cosine: number): void;
  /** Best first. */
  sorted(): NearestRow[];
}

/** Keeps the `count` best of what it is offered. */
export function createBest(count: number, precedes: Precedes): Best {
  // The root is the worst of the best, so that one comparison rejects most rows.
  const heap: NearestRow[] = [];
  const better: Better = (a, b) => a.cosine > b.cosine || (a.cosine === b.cosine && precedes(a.row, b.row));
  const floor = () => (heap.length === count ? heap[0]!.cosine : Number.NEGATIVE_INFINITY);
  return {
    get floor() {
      return floor();
    },
    floorFor: floor,
    offer(row, cosine) {
      if (heap.length < count) return siftUp(heap, { row, cosine }, better);
      if (cosine < heap[0]!.cosine) return;
      const candidate = { row, cosine };
      if (better(candidate, heap[0]!)) siftDown(heap, candidate, better);
    },
    sorted: () => heap.sort((a, b) => (better(a, b) ? -1 : 1)),
  };
}

/** Dot product of `query` with the values from `start`. Four sums: they do not wait for one another. */
export function dot(values: Float32Array, start: number, query: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = query.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += values[start + i]! * query[i]!;
    b += values[start + i + 1]! * query[i + 1]!;
    c += values[start + i + 2]! * query[i + 2]!;
    d += values[start + i + 3]! * query[i + 3]!;
  }
  for (let i = whole; i < query.length; i++) a += values[start + i]! * query[i]!;
  return a + b + (c + d);
}

type Better = (a: NearestRow, b: NearestRow) => boolean;

function siftUp(heap: NearestRow[], item: NearestRow, better: Better): void {
  let place = heap.length;
  heap.push(item);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (better(item, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = item;
}

function siftDown(heap: NearestRow[], item: NearestRow, better: Better): void {
  let place = 0;
  while (true) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && better(heap[child]!, heap[child + 1]!)) child++;
    if (!better(item, heap[child]!)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = item;
}
