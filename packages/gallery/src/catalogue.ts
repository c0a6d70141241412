/** What is known of each row of a matrix but its vector, and what finds it again: ids, sources, labels. */
import type { LabelCount, Reference } from '@docclf/core';
import { firstAfter } from './sorted-ids.ts';

/** Everything of a reference but its vector. */
type Entry = Omit<Reference, 'vector'>;

export interface Catalogue {
  at(row: number): Entry;
  rowOf(id: string): number | undefined;
  ofId(id: string): Entry | undefined;
  idsOfSource(sourceHash: string): Iterable<string>;
  /** Rows in ascending order of their ids, from behind `after`. */
  rowsAfter(after: string | null): Iterable<number>;
  labels(): LabelCount[];
  /** Its row is the next one. */
  append(entry: Entry): void;
  relabel(row: number, label: string): void;
  /** The last row takes the place of the one removed, so that removing costs the same in a gallery of any size. */
  remove(row: number): void;
}

export function createCatalogue(): Catalogue {
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

  return {
    at: (row) => entries[row]!,
    rowOf: (id) => rowOfId.get(id),
    ofId: (id) => entries[rowOfId.get(id) ?? -1],
    idsOfSource: (sourceHash) => idsOfSource.get(sourceHash) ?? [],

    *rowsAfter(after) {
      sortedIds ??= [...rowOfId.keys()].sort();
      for (let i = after === null ? 0 : firstAfter(sortedIds, after); i < sortedIds.length; i++) {
        yield rowOfId.get(sortedIds[i]!)!;
      }
    },

    labels: () => [...countOfLabel].map(([label, references]) => ({ label, references })),

    append(entry) {
      const { id, label, sourceHash } = entry;
      sortedIds = undefined;
      rowOfId.set(id, entries.length);
      entries.push(entry);
      count(label, 1);
      if (sourceHash === null) return;
      const ids = idsOfSource.get(sourceHash) ?? new Set();
      idsOfSource.set(sourceHash, ids.add(id));
    },

    relabel(row, label) {
      count(entries[row]!.label, -1);
      count(label, 1);
      entries[row] = { ...entries[row]!, label };
    },

    remove(row) {
      const { id, label, sourceHash } = entries[row]!;
      sortedIds = undefined;
      count(label, -1);
      rowOfId.delete(id);
      const last = entries.pop()!;
      if (last.id !== id) {
        entries[row] = last;
        rowOfId.set(last.id, row);
      }
      if (sourceHash === null) return;
      const ids = idsOfSource.get(sourceHash);
      ids?.delete(id);
      if (ids?.size === 0) idsOfSource.delete(sourceHash);
    },
  };
}
