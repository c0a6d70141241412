/** References in memory: one matrix for the search, one record a reference. The store to copy. */
import { DocclfError, type EmbeddingSpace, isWithin, type Reference } from '@docclf/core';
import { createRowMatrix, type RowMatrix } from './row-matrix.ts';
import type { GalleryStore, NearestQuery, PageQuery, StoreChanges } from './store.ts';

/** Everything of a reference but its vector, which is row `row` of the matrix. */
type Entry = Omit<Reference, 'vector'>;

/** A store that lives as long as its process; exact, about 1.3 kB a reference of 256 dimensions. */
export function createMemoryStore(): GalleryStore {
  let bound: EmbeddingSpace | undefined;
  let matrix: RowMatrix;
  const entries: Entry[] = [];
  const rowOfId = new Map<string, number>();
  const idsOfSource = new Map<string, Set<string>>();
  let sortedIds: string[] | undefined;

  const referenceAt = (row: number): Reference => {
    const entry = entries[row]!;
    return {
      ...entry,
      metadata: structuredCopy(entry.metadata),
      attachments: Object.fromEntries(
        Object.entries(entry.attachments).map(([name, bytes]) => [name, new Uint8Array(bytes)]),
      ),
      vector: matrix.copyOf(row),
    };
  };

  function remove(id: string): void {
    const row = rowOfId.get(id);
    if (row === undefined) return;
    idsOfSource.get(entries[row]!.sourceHash ?? '')?.delete(id);
    // The last row fills the gap, so that removing costs the same in a gallery of any size.
    matrix.remove(row);
    const last = entries.pop()!;
    rowOfId.delete(id);
    if (last.id === id) return;
    entries[row] = last;
    rowOfId.set(last.id, row);
  }

  function insert({ vector, ...entry }: Reference): void {
    rowOfId.set(entry.id, matrix.append(vector));
    entries.push(entry);
    if (entry.sourceHash === null) return;
    const ids = idsOfSource.get(entry.sourceHash) ?? new Set();
    idsOfSource.set(entry.sourceHash, ids.add(entry.id));
  }

  /** Everything that can be refused is refused before the first change. */
  function check({ remove: removed = [], relabel = [], insert: inserted = [] }: StoreChanges): void {
    const gone = new Set(removed);
    for (const { id } of relabel) {
      if (!rowOfId.has(id) || gone.has(id)) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
    }
    const added = new Set<string>();
    for (const { id, label } of inserted) {
      const row = rowOfId.get(id);
      if (row !== undefined && !gone.has(id))
        throw new DocclfError('REFERENCE_EXISTS', { id, label: entries[row]!.label });
      if (added.has(id)) throw new DocclfError('REFERENCE_EXISTS', { id, label });
      added.add(id);
    }
  }

  return {
    contract: 1,
    name: 'memory',
    capabilities: {
      exact: true,
      persistent: false,
      filter: true,
      attachments: true,
      maximumBatch: Number.MAX_SAFE_INTEGER,
      maximumCount: Number.MAX_SAFE_INTEGER,
    },

    async open(space: EmbeddingSpace) {
      if (bound === undefined) matrix = createRowMatrix(space.dimension);
      bound ??= space;
      return bound;
    },

    async commit(changes: StoreChanges) {
      check(changes);
      for (const id of changes.remove ?? []) remove(id);
      for (const { id, label } of changes.relabel ?? []) {
        const row = rowOfId.get(id)!;
        entries[row] = { ...entries[row]!, label };
      }
      for (const reference of changes.insert ?? []) insert(reference);
      sortedIds = undefined;
    },

    async find(key, values) {
      const ids = key === 'id' ? values : values.flatMap((hash) => [...(idsOfSource.get(hash) ?? [])]);
      return ids.flatMap((id) => (rowOfId.has(id) ? [referenceAt(rowOfId.get(id)!)] : []));
    },

    async page({ after, limit, within }: PageQuery) {
      sortedIds ??= [...rowOfId.keys()].sort();
      const page: Reference[] = [];
      for (
        let i = after === null ? 0 : firstAfter(sortedIds, after);
        i < sortedIds.length && page.length < limit;
        i++
      ) {
        const row = rowOfId.get(sortedIds[i]!)!;
        if (within === undefined || isWithin(entries[row]!.label, within)) page.push(referenceAt(row));
      }
      return page;
    },

    async labels() {
      const counts = new Map<string, number>();
      for (const { label } of entries) counts.set(label, (counts.get(label) ?? 0) + 1);
      return [...counts].map(([label, references]) => ({ label, references }));
    },

    async nearest({ vector, count, within }: NearestQuery) {
      const found = matrix.nearest(
        vector,
        count,
        (a, b) => entries[a]!.id < entries[b]!.id,
        within === undefined ? undefined : (row) => isWithin(entries[row]!.label, within),
      );
      return found.map(({ row, cosine }) => ({ id: entries[row]!.id, label: entries[row]!.label, cosine }));
    },

    async close() {},
  };
}

function structuredCopy<Value>(json: Value): Value {
  return JSON.parse(JSON.stringify(json)) as Value;
}

/** Index of the first of the sorted `ids` that is greater than `id`. */
function firstAfter(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
