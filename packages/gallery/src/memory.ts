/** References in memory. The store to copy. */
import type { EmbeddingSpace } from '@docclf/core';
import { createPace, type Pace, withoutPauses } from './pace.ts';
import { createMemoryRows, type MemoryRows } from './rows.ts';
import type { GalleryStore, StoreCapabilities, StoreChanges, StoreSession } from './store.ts';

/** What everything can that keeps its references in memory, but for lasting. */
export const memoryCapabilities: StoreCapabilities = {
  exact: true,
  persistent: false,
  filter: true,
  attachments: true,
  maximumBatch: Number.MAX_SAFE_INTEGER,
  maximumCount: Number.MAX_SAFE_INTEGER,
  distinct: true,
};

/** A store that lives as long as its process; exact, about 1.3 kB a reference of 256 dimensions. */
export function createMemoryStore(): GalleryStore {
  return {
    contract: 2,
    name: 'memory',
    capabilities: memoryCapabilities,
    open: async (space) => createMemorySession(space),
  };
}

export interface MemorySessionOptions {
  /**
   * Default true: a large commit lets timers and other work through, and reads wait for its end. False where nothing
   * may come between, as in a transaction of IndexedDB.
   */
  readonly pauses?: boolean;
}

/** Opened and empty: for stores that hold in memory what they search. */
export function createMemorySession(
  space: EmbeddingSpace,
  { pauses = true }: MemorySessionOptions = {},
): StoreSession {
  const rows = createMemoryRows(space.dimension);
  let commits = 0;
  /** Commits and reads one after another: nobody sees a half of what takes several slices. */
  let turn: Promise<unknown> | undefined;

  async function commit(changes: StoreChanges) {
    const pace = pauses ? createPace() : withoutPauses;
    await rows.check(changes, pace);
    await apply(rows, changes, pace);
    commits++;
    return { before: String(commits - 1), after: String(commits) };
  }

  async function read<Result>(work: () => Result): Promise<Result> {
    while (turn) await turn;
    return work();
  }

  return {
    space,
    revision: () => read(() => String(commits)),
    async commit(changes) {
      while (turn) await turn;
      const result = commit(changes);
      const ended = result.then(
        () => {},
        () => {},
      );
      turn = ended;
      try {
        return await result;
      } finally {
        turn = undefined;
      }
    },
    find: (key, values) => read(() => rows.find(key, values)),
    page: (query) => read(() => rows.page(query)),
    labels: () => read(rows.labels),
    nearest: (query) => read(() => rows.nearest(query)),
    purge: async () => {},
    close: async () => {},
  };
}

async function apply(
  rows: MemoryRows,
  { remove = [], relabel = [], insert = [] }: StoreChanges,
  pace: Pace,
): Promise<void> {
  for (const id of remove) {
    rows.remove(id);
    if (pace.isDue) await pace.pause();
  }
  for (const { id, label } of relabel) {
    rows.relabel(id, label);
    if (pace.isDue) await pace.pause();
  }
  for (const reference of insert) {
    rows.insert(reference);
    if (pace.isDue) await pace.pause();
  }
}
