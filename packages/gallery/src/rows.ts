/** References in memory: one matrix for the search, one record a reference, and what finds them again. */
import { DocclfError, isWithin, type LabelCount, type Reference } from '@docclf/core';
import { createRowMatrix } from './row-matrix.ts';
import type { NearestQuery, PageQuery, StoreChanges, StoreMatch } from './store.ts';

/** Everything of a reference but its vector, which is row `row` of the matrix. */
type Entry = Omit<Reference, 'vector'>;

/** Changes come one by one, and are checked all together before the first. */
export interface MemoryRows {
  /** @throws REFERENCE_EXISTS, REFERENCE_NOT_FOUND */
  check(changes: StoreChanges): void;
  remove(id: string): void;
  relabel(id: string, label: string): void;
  insert(reference: Reference): void;
  find(key: 'id' | 'sourceHash', values: readonly string[]): Reference[];
  page(query: PageQuery): Reference[];
  labels(): LabelCount[];
  nearest(query: NearestQuery): StoreMatch[];
}

export function createMemoryRows(dimension: number): MemoryRows {
  const matrix = createRowMatrix(dimension);
  const entries: Entry[] = [];
  const rowOfId = new Map<string, number>();
  const idsOfSource = new Map<string, Set<string>>();
  const countOfLabel = new Map<string, number>();
  let sortedIds: string[] | undefined;

  function count(label: string, difference: number): void {
    const references = (countOfLabel.get(label) ?? 0) + difference;
    if (references === 0) countOfLabel.delete(label);
    else countOfLabel.set(label, references);
  }

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

  function unlinkSource({ id, sourceHash }: Entry): void {
    if (sourceHash === null) return;
    const ids = idsOfSource.get(sourceHash);
    ids?.delete(id);
    if (ids?.size === 0) idsOfSource.delete(sourceHash);
  }

  return {
    check: (changes) => checkChanges(changes, (id) => entries[rowOfId.get(id) ?? -1]),

    remove(id) {
      const row = rowOfId.get(id);
      if (row === undefined) return;
      sortedIds = undefined;
      unlinkSource(entries[row]!);
      count(entries[row]!.label, -1);
      // The last row fills the gap, so that removing costs the same in a gallery of any size.
      matrix.remove(row);
      const last = entries.pop()!;
      rowOfId.delete(id);
      if (last.id === id) return;
      entries[row] = last;
      rowOfId.set(last.id, row);
    },

    relabel(id, label) {
      const row = rowOfId.get(id)!;
      count(entries[row]!.label, -1);
      count(label, 1);
      entries[row] = { ...entries[row]!, label };
    },

    insert({ vector, ...entry }) {
      sortedIds = undefined;
      rowOfId.set(entry.id, matrix.append(vector));
      entries.push(entry);
      count(entry.label, 1);
      if (entry.sourceHash === null) return;
      const ids = idsOfSource.get(entry.sourceHash) ?? new Set();
      idsOfSource.set(entry.sourceHash, ids.add(entry.id));
    },

    find(key, values) {
      const ids = key === 'id' ? values : values.flatMap((hash) => [...(idsOfSource.get(hash) ?? [])]);
      return ids.flatMap((id) => (rowOfId.has(id) ? [referenceAt(rowOfId.get(id)!)] : []));
    },

    page({ after, limit, within }) {
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

    labels: () => [...countOfLabel].map(([label, references]) => ({ label, references })),

    nearest({ vector, count, within, labels, distinct = false }) {
      const labelOf = (row: number) => entries[row]!.label;
      const found = matrix.nearest(
        vector,
        count,
        (a, b) => entries[a]!.id < entries[b]!.id,
        includes(labelOf, within, labels),
        distinct ? labelOf : undefined,
      );
      return found.map(({ row, cosine }) => ({ id: entries[row]!.id, label: labelOf(row), cosine }));
    },
  };
}

/** Everything that can be refused is refused before the first change. */
function checkChanges(
  { remove = [], relabel = [], insert = [] }: StoreChanges,
  entryOf: (id: string) => Entry | undefined,
): void {
  const gone = new Set(remove);
  for (const { id } of relabel) {
    if (!entryOf(id) || gone.has(id)) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
  }
  const added = new Set<string>();
  for (const { id, label } of insert) {
    const existing = entryOf(id);
    if (existing && !gone.has(id)) throw new DocclfError('REFERENCE_EXISTS', { id, label: existing.label });
    if (added.has(id)) throw new DocclfError('REFERENCE_EXISTS', { id, label });
    added.add(id);
  }
}

function includes(
  labelOf: (row: number) => string,
  within: string | undefined,
  labels: readonly string[] | undefined,
): ((row: number) => boolean) | undefined {
  if (within !== undefined) return (row) => isWithin(labelOf(row), within);
  if (labels === undefined) return undefined;
  const wanted = new Set(labels);
  return (row) => wanted.has(labelOf(row));
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
