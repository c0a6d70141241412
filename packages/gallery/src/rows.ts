/** References in memory: one matrix for the search, and a catalogue of what its rows are. */
import { DocclfError, isWithin, type LabelCount, type Reference } from '@docclf/core';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import type { Pace } from './pace.ts';
import { createRowMatrix } from './row-matrix.ts';
import type { NearestQuery, PageQuery, StoreChanges, StoreMatch } from './store.ts';

/** Changes come one by one, and are checked all together before the first. */
export interface MemoryRows {
  /** @throws REFERENCE_EXISTS, REFERENCE_NOT_FOUND */
  check(changes: StoreChanges, pace: Pace): Promise<void>;
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
  const catalogue = createCatalogue();

  const referenceAt = (row: number): Reference => {
    const entry = catalogue.at(row);
    return {
      ...entry,
      metadata: structuredCopy(entry.metadata),
      attachments: Object.fromEntries(
        Object.entries(entry.attachments).map(([name, bytes]) => [name, new Uint8Array(bytes)]),
      ),
      vector: matrix.copyOf(row),
    };
  };

  return {
    check: (changes, pace) => checkChanges(changes, catalogue, pace),
    labels: catalogue.labels,

    remove(id) {
      const row = catalogue.rowOf(id);
      if (row === undefined) return;
      matrix.remove(row);
      catalogue.remove(row);
    },

    relabel: (id, label) => catalogue.relabel(catalogue.rowOf(id)!, label),

    insert({ vector, ...entry }) {
      matrix.append(vector);
      catalogue.append(entry);
    },

    find(key, values) {
      const ids = key === 'id' ? values : values.flatMap((hash) => [...catalogue.idsOfSource(hash)]);
      return ids.flatMap((id) => {
        const row = catalogue.rowOf(id);
        return row === undefined ? [] : [referenceAt(row)];
      });
    },

    page({ after, limit, within }) {
      const page: Reference[] = [];
      for (const row of catalogue.rowsAfter(after)) {
        if (page.length === limit) break;
        if (within === undefined || isWithin(catalogue.at(row).label, within)) page.push(referenceAt(row));
      }
      return page;
    },

    nearest({ vector, count, within, labels, distinct = false }) {
      const labelOf = (row: number) => catalogue.at(row).label;
      const found = matrix.nearest(
        vector,
        count,
        (a, b) => catalogue.at(a).id < catalogue.at(b).id,
        includes(labelOf, within, labels),
        distinct ? labelOf : undefined,
      );
      return found.map(({ row, cosine }) => ({ id: catalogue.at(row).id, label: labelOf(row), cosine }));
    },
  };
}

/** Everything that can be refused is refused before the first change. */
async function checkChanges(
  { remove = [], relabel = [], insert = [] }: StoreChanges,
  { ofId }: Catalogue,
  pace: Pace,
): Promise<void> {
  const gone = new Set(remove);
  for (const { id } of relabel) {
    if (pace.isDue) await pace.pause();
    if (!ofId(id) || gone.has(id)) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
  }
  const added = new Set<string>();
  for (const { id, label } of insert) {
    if (pace.isDue) await pace.pause();
    const existing = ofId(id);
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
