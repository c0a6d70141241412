/** What the writes of a gallery have in common: finding what is there, and commits that carry the counts on. */
import type { Reference } from '@docclf/core';
import type { Difference, LabelCounts } from './counts.ts';
import { createPace } from './pace.ts';
import { scopeOf } from './scope.ts';
import type { StoreCapabilities, StoreChanges, StoreSession } from './store.ts';
import { walk } from './walk.ts';

/** Ids or hashes asked for at once: what is found is copied, and that many copies fit into a slice of time. */
const questionSize = 1000;

export interface Ledger {
  find(key: 'id' | 'sourceHash', values: readonly string[]): Promise<Reference[]>;
  /** Of a label and its sub-labels, in the order of their ids. */
  within(label: string): AsyncIterable<Reference>;
  commit(changes: StoreChanges, differences: readonly Difference[]): Promise<void>;
  /** All of the changes in as few commits as the store's batch limit allows: one, for most. Returns how many. */
  commitInBatches<Change>(
    changes: readonly Change[],
    changesOf: (batch: readonly Change[]) => StoreChanges,
    differencesOf: (change: Change) => readonly Difference[],
  ): Promise<number>;
}

export function createLedger(
  capabilities: StoreCapabilities,
  session: StoreSession,
  counts: LabelCounts,
): Ledger {
  const { maximumBatch } = capabilities;

  async function commit(changes: StoreChanges, differences: readonly Difference[]): Promise<void> {
    counts.applied(await session.commit(changes), differences);
  }

  return {
    commit,

    async find(key, values) {
      const found: Reference[] = [];
      const pace = createPace();
      const size = Math.min(questionSize, maximumBatch);
      for (let i = 0; i < values.length; i += size) {
        if (i > 0 && pace.isDue) await pace.pause();
        found.push(...(await session.find(key, values.slice(i, i + size))));
      }
      return found;
    },

    within: (label) => walk(capabilities, scopeOf(label), (query) => session.page(query)),

    async commitInBatches(changes, changesOf, differencesOf) {
      for (let i = 0; i < changes.length; i += maximumBatch) {
        const batch = changes.slice(i, i + maximumBatch);
        await commit(changesOf(batch), batch.flatMap(differencesOf));
      }
      return changes.length;
    },
  };
}
