/** The best row of each of the best groups, as `createBest` keeps the best rows. */
import type { Best, NearestRow, Precedes } from './nearest.ts';

interface Leader {
  row: number;
  cosine: number;
  readonly group: unknown;
  /** Where it is in the heap. */
  place: number;
}

/**
 * Keeps the best row of each of the `count` best groups of what it is offered.
 *
 * A row is rejected by its group's best before anything is computed for it, so a group of any number of rows near
 * the query costs no more than looking at them.
 */
export function createBestOfEach(count: number, precedes: Precedes, groupOf: (row: number) => unknown): Best {
  // The root is the worst of the leaders. A group that was pushed out comes in again only with a row that is better
  // than its best was, so nothing need be remembered of it.
  const heap: Leader[] = [];
  const leaders = new Map<unknown, Leader>();
  const better = (a: NearestRow, b: NearestRow) =>
    a.cosine > b.cosine || (a.cosine === b.cosine && precedes(a.row, b.row));

  function put(leader: Leader, place: number): void {
    heap[place] = leader;
    leader.place = place;
  }

  function siftUp(leader: Leader): void {
    let { place } = leader;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1]!;
      if (better(leader, parent)) break;
      const above = parent.place;
      put(parent, place);
      place = above;
    }
    put(leader, place);
  }

  function siftDown(leader: Leader): void {
    let { place } = leader;
    while (true) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && better(heap[child]!, heap[child + 1]!)) child++;
      if (!better(leader, heap[child]!)) break;
      put(heap[child]!, place);
      place = child;
    }
    put(leader, place);
  }

  const floor = () => (heap.length === count ? heap[0]!.cosine : Number.NEGATIVE_INFINITY);
  return {
    get floor() {
      return floor();
    },
    floorFor: (row) => leaders.get(groupOf(row))?.cosine ?? floor(),
    offer(row, cosine) {
      const group = groupOf(row);
      const leader = leaders.get(group);
      if (leader) {
        if (!better({ row, cosine }, leader)) return;
        leader.row = row;
        leader.cosine = cosine;
        siftDown(leader);
        return;
      }
      const added: Leader = { row, cosine, group, place: heap.length };
      if (heap.length < count) {
        heap.push(added);
        siftUp(added);
      } else {
        const worst = heap[0]!;
        if (!better(added, worst)) return;
        leaders.delete(worst.group);
        added.place = 0;
        siftDown(added);
      }
      leaders.set(group, added);
    },
    sorted: () => heap.map(({ row, cosine }) => ({ row, cosine })).sort((a, b) => (better(a, b) ? -1 : 1)),
  };
}
