import { cosine, DocclfError, isWithin, type Reference } from '@docclf/core';
import type { GalleryStore } from '@docclf/gallery';

export function createMinimalStore(): GalleryStore {
  return {
    contract: 2,
    name: 'minimal',
    capabilities: {
      exact: true,
      persistent: false,
      filter: true,
      attachments: true,
      maximumBatch: Number.MAX_SAFE_INTEGER,
      maximumCount: Number.MAX_SAFE_INTEGER,
      distinct: true,
    },

    async open(space) {
      let references = new Map<string, Reference>();
      let commits = 0;

      const select = (within: string | undefined) =>
        [...references.values()].filter(({ label }) => within === undefined || isWithin(label, within));

      return {
        space,

        async revision() {
          return String(commits);
        },

        async commit({ remove = [], relabel = [], insert = [] }) {
          const next = new Map(references);
          for (const id of remove) next.delete(id);
          for (const { id, label } of relabel) {
            const old = next.get(id);
            if (!old) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
            next.set(id, { ...old, label });
          }
          for (const reference of insert) {
            const { id } = reference;
            const existing = next.get(id);
            if (existing) throw new DocclfError('REFERENCE_EXISTS', { id, label: existing.label });
            next.set(id, reference);
          }
          references = next; // Everything went well: all of it happens here.
          commits++;
        },

        async find(key, values) {
          const wanted = new Set<string | null>(values);
          return select(undefined)
            .filter((reference) => wanted.has(reference[key]))
            .map((reference) => structuredClone(reference));
        },

        async page({ after, limit, within }) {
          return select(within)
            .filter(({ id }) => after === null || id > after)
            .sort((a, b) => (a.id < b.id ? -1 : 1))
            .slice(0, limit)
            .map((reference) => structuredClone(reference));
        },

        async labels() {
          const counts = new Map<string, number>();
          for (const { label } of references.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
          return [...counts].map(([label, number]) => ({ label, references: number }));
        },

        async nearest({ vector, count, within, labels, distinct }) {
          const seen = new Set<string>();
          return select(within)
            .filter(({ label }) => labels === undefined || labels.includes(label))
            .map(({ id, label, vector: other }) => ({ id, label, cosine: cosine(vector, other) }))
            .sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1))
            .filter(({ label }) => !distinct || seen.size < seen.add(label).size)
            .slice(0, count);
        },

        async close() {},
      };
    },
  };
}
