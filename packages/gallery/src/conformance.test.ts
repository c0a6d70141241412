/** The suite is worth what it catches: each of these stores has one fault, and must fail the tests named beside it. */
import { DocclfError, type EmbeddingSpace, isWithin, type Reference } from '@docclf/core';
import { describe, expect, test } from 'vitest';
import {
  type ConformanceFaults,
  type ConformanceOptions,
  conformanceSpace,
  conformanceTests,
  galleryConformance,
  writeUntilKilled,
} from './conformance.ts';
import { createMemorySession, createMemoryStore, memoryCapabilities } from './memory.ts';
import type { GalleryStore, StoreCapabilities, StoreSession } from './store.ts';

/** What a store opened into, and what it claims: a fault may be in either. */
type Opened = StoreSession & Pick<GalleryStore, 'capabilities'>;

type Fault = (good: Opened) => Partial<Opened>;

async function failuresOf(
  createStore: (place: string) => GalleryStore,
  exceptions: Record<string, string> = {},
  only: readonly string[] = conformanceTests,
  options: Partial<ConformanceOptions> = {},
): Promise<Map<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  galleryConformance({
    test: (name, run) => tests.push([name.replace('it: ', ''), run]),
    name: 'it',
    createStore,
    exceptions,
    ...options,
  });
  const failures = new Map<string, string>();
  for (const [name, run] of tests.filter(([name]) => only.includes(name.replace(/ \(excepted: .*/, '')))) {
    await run().catch((error) => failures.set(name, String(error)));
  }
  return failures;
}

/** A store of which every session is `open`'s, with the fault in it. */
function faulty(
  fault: Fault,
  capabilities: StoreCapabilities,
  open: (space: EmbeddingSpace) => StoreSession,
): GalleryStore {
  // Only what it claims is asked of this one.
  const claims = fault({ capabilities } as Opened).capabilities ?? capabilities;
  return {
    contract: 2,
    name: 'faulty',
    capabilities: claims,
    async open(space) {
      const good = { ...open(space), capabilities };
      return { ...good, ...fault(good) };
    },
  };
}

const withFault = (fault: Fault) => () =>
  faulty(fault, memoryCapabilities, (space) => createMemorySession(space));

/** Stores that remember: those of one place share what they hold, and `fault` is in each of them. */
function remembering(fault: Fault = () => ({})): (place: string) => GalleryStore {
  const shared = createPlaces();
  return (place) =>
    faulty(fault, { ...memoryCapabilities, persistent: true }, (space) => shared(place, space));
}

/** The same session for everyone who opens a place. */
function createPlaces(): (place: string, space: EmbeddingSpace) => StoreSession {
  const places = new Map<string, StoreSession>();
  return (place, space) => {
    const session = places.get(place) ?? createMemorySession(space);
    places.set(place, session);
    return session;
  };
}

const isOfFaults = (name: string) => name.startsWith('faults: ');

/** Lets every other promise run that can. */
const others = async () => {
  for (let i = 0; i < 20; i++) await undefined;
};

const claiming =
  (capabilities: Partial<StoreCapabilities>): Fault =>
  (good) => ({ capabilities: { ...good.capabilities, ...capabilities } });

/** Reads through `change`, on fresh copies. */
const reading =
  (change: (reference: Awaited<ReturnType<StoreSession['find']>>[number]) => object): Fault =>
  (good) => ({
    find: async (key, values) =>
      (await good.find(key, values)).map((one) => ({ ...one, ...change(one) })) as never,
    page: async (query) => (await good.page(query)).map((one) => ({ ...one, ...change(one) })) as never,
  });

/** Overlooks the best match when its id is like this, as an index may that does not look everywhere. */
const missing =
  (good: Opened, overlooked: RegExp): StoreSession['nearest'] =>
  async (query) => {
    const found = await good.nearest({ ...query, count: query.count + 1 });
    const start = found.length > query.count && overlooked.test(found[0]!.id) ? 1 : 0;
    return found.slice(start, start + query.count);
  };

const faults: Record<string, { fault: Fault; fails: string[] }> = {
  'orders ties by insertion': {
    fault: (good) => ({
      async nearest(query) {
        const found = await good.nearest(query);
        return [...found].sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? 1 : -1));
      },
    }),
    fails: ['orders equal cosines by id'],
  },
  'cuts ties at random': {
    fault: (good) => ({
      async nearest(query) {
        const found = await good.nearest({ ...query, count: Number.MAX_SAFE_INTEGER });
        const last = found[query.count - 1]?.cosine ?? -2;
        const better = found.filter(({ cosine }) => cosine > last);
        const tied = found.filter(({ cosine }) => cosine === last);
        const missing = Math.min(query.count, found.length) - better.length;
        return [...better, ...tied.slice(tied.length - missing)];
      },
    }),
    fails: ['orders equal cosines by id'],
  },
  'writes change by change': {
    fault: (good) => ({
      async commit({ remove = [], relabel = [], insert = [] }) {
        for (const id of remove) await good.commit({ remove: [id] });
        for (const one of relabel) await good.commit({ relabel: [one] });
        for (const one of insert) await good.commit({ insert: [one] });
      },
    }),
    fails: [
      'a commit with one bad change changes nothing',
      'gallery: reads beside writes see each commit whole',
    ],
  },
  'shares what it stores': {
    fault: (good) => {
      const handedOut = new Map<string, unknown>();
      const share = <One extends { id: string }>(one: One): One => {
        if (!handedOut.has(one.id)) handedOut.set(one.id, one);
        return handedOut.get(one.id) as One;
      };
      return {
        find: async (key, values) => (await good.find(key, values)).map(share),
        page: async (query) => (await good.page(query)).map(share),
      };
    },
    fails: [
      'returns copies that the caller may change',
      'gallery: nothing that a caller holds changes what is stored',
    ],
  },
  'filters by the beginning of the text': {
    fault: (good) => ({
      async nearest({ within, ...query }) {
        const found = await good.nearest({ ...query, count: Number.MAX_SAFE_INTEGER });
        return found.filter(({ label }) => label.startsWith(within ?? '')).slice(0, query.count);
      },
    }),
    fails: ['filters by path and not by text, or refuses to'],
  },
  'filters pages by an unescaped LIKE pattern': {
    fault: (good) => ({
      async page({ within, ...query }) {
        if (within === undefined) return good.page(query);
        const pattern = `${within}/%`
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replace(/%/g, '.*')
          .replace(/_/g, '.');
        const like = new RegExp(`^${pattern}$`, 'u');
        const all = await good.page({ ...query, limit: Number.MAX_SAFE_INTEGER });
        return all.filter(({ label }) => label === within || like.test(label)).slice(0, query.limit);
      },
    }),
    fails: ['filters by path and not by text, or refuses to'],
  },
  'does not know sub-labels': {
    fault: (good) => ({
      nearest: async ({ within, ...query }) =>
        (await good.nearest({ ...query, count: Number.MAX_SAFE_INTEGER }))
          .filter(({ label }) => within === undefined || label === within)
          .slice(0, query.count),
    }),
    fails: [
      'filters by path and not by text, or refuses to',
      'gallery: searches within a label, whatever the store can filter',
    ],
  },
  'filters after it searched': {
    fault: (good) => ({
      nearest: async ({ within, ...query }) =>
        (await good.nearest(query)).filter(({ label }) => within === undefined || isWithin(label, within)),
    }),
    fails: ['agrees with a slow search of 1,000 references'],
  },
  'ignores a filter that it disclaims': {
    fault: claiming({ filter: false }),
    fails: ['filters by path and not by text, or refuses to'],
  },
  'drops attachments without a word': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit({
          ...changes,
          insert: changes.insert?.map((one) => ({ ...one, attachments: {} })) ?? [],
        }),
    }),
    fails: ['keeps attachments, or refuses them', 'gallery: keeps or refuses attachments'],
  },
  'takes attachments that it disclaims': {
    fault: claiming({ attachments: false }),
    fails: ['keeps attachments, or refuses them'],
  },
  'takes more changes than it claims': {
    fault: claiming({ maximumBatch: 10 }),
    fails: ['takes as many changes as it claims, and refuses more'],
  },
  'takes fewer changes than it claims': {
    fault: (good) => ({
      async commit(changes) {
        if ((changes.insert?.length ?? 0) > 999) throw new Error('too many variables');
        return good.commit(changes);
      },
    }),
    fails: ['takes as many changes as it claims, and refuses more'],
  },
  'names more than it claims': {
    fault: claiming({ maximumCount: 10 }),
    fails: ['returns all when asked for more than it has, and refuses more than it claims'],
  },
  'claims limits that are none': {
    fault: claiming({ maximumCount: Number.POSITIVE_INFINITY }),
    fails: ['states what it can do'],
  },
  'claims to be persistent': {
    fault: claiming({ persistent: true }),
    fails: [
      'is persistent, or empty when opened again',
      'stays bound to its embedding space when it is persistent',
    ],
  },
  'compares ids without case': {
    fault: (good) => ({
      find: (key, values) =>
        good.find(
          key,
          values.flatMap((value) => [...new Set([value, value.toLowerCase()])]),
        ),
    }),
    fails: ['finds by id and by source hash', 'keeps hostile ids, labels and source hashes apart'],
  },
  'stores text in another Unicode form': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit({
          ...changes,
          insert: changes.insert?.map((one) => ({ ...one, id: one.id.normalize() })) ?? [],
        }),
    }),
    fails: [
      'keeps hostile ids, labels and source hashes apart',
      'gallery: keeps hostile ids and labels apart',
    ],
  },
  'trims ids': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit({
          ...changes,
          insert: changes.insert?.map((one) => ({ ...one, id: one.id.trimEnd() })) ?? [],
        }),
    }),
    fails: ['keeps hostile ids, labels and source hashes apart'],
  },
  'sorts ids by a collation': {
    fault: (good) => ({
      async page({ after, limit, ...query }) {
        const all = await good.page({ ...query, after: null, limit: Number.MAX_SAFE_INTEGER });
        const sorted = [...all].sort((a, b) => a.id.localeCompare(b.id, 'en'));
        const start = after === null ? 0 : sorted.findIndex(({ id }) => id.localeCompare(after, 'en') > 0);
        return start < 0 ? [] : sorted.slice(start, start + limit);
      },
    }),
    fails: ['pages in order of id, without gap or repetition'],
  },
  'pages by offset': {
    fault: (good) => {
      const offsets = new Map<string, number>();
      return {
        async page({ after, limit, ...query }) {
          const all = await good.page({ ...query, after: null, limit: Number.MAX_SAFE_INTEGER });
          const start = after === null ? 0 : (offsets.get(after) ?? 0);
          const page = all.slice(start, start + limit);
          const last = page[page.length - 1];
          if (last) offsets.set(last.id, start + page.length);
          return page;
        },
      };
    },
    fails: ['pages stay stable while others write'],
  },
  'gives a short page in the middle': {
    fault: (good) => ({
      page: async (query) => good.page({ ...query, limit: Math.ceil(query.limit / 2) }),
    }),
    fails: ['pages in order of id, without gap or repetition'],
  },
  'counts sub-labels too': {
    fault: (good) => ({
      async labels() {
        const counts = await good.labels();
        return counts.map(({ label }) => ({
          label,
          references: counts
            .filter((other) => isWithin(other.label, label))
            .reduce((sum, { references }) => sum + references, 0),
        }));
      },
    }),
    fails: ['counts labels exactly'],
  },
  'keeps counting what is gone': {
    fault: (good) => {
      const seen = new Map<string, number>();
      return {
        async labels() {
          for (const { label } of await good.labels()) seen.set(label, 1);
          const now = new Map((await good.labels()).map(({ label, references }) => [label, references]));
          return [...seen.keys()].map((label) => ({ label, references: now.get(label) ?? 0 }));
        },
      };
    },
    fails: ['counts labels exactly'],
  },
  'overwrites an id that exists': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit({
          ...changes,
          remove: [...new Set([...(changes.remove ?? []), ...(changes.insert ?? []).map(({ id }) => id)])],
        }),
    }),
    fails: ['refuses an id that exists', 'a commit with one bad change changes nothing'],
  },
  'relabels nothing in silence': {
    fault: (good) => ({
      async commit(changes) {
        const relabel = [];
        for (const one of changes.relabel ?? []) {
          if ((await good.find('id', [one.id])).length > 0) relabel.push(one);
        }
        await good.commit({ ...changes, relabel });
      },
    }),
    fails: ['refuses to relabel what is not there'],
  },
  'throws errors without a code': {
    fault: (good) => ({
      async commit(changes) {
        try {
          await good.commit(changes);
        } catch {
          throw new Error('UNIQUE constraint failed');
        }
      },
    }),
    fails: ['refuses an id that exists', 'refuses to relabel what is not there'],
  },
  'inserts before it removes': {
    fault: (good) => ({
      async commit({ remove = [], ...changes }) {
        await good.commit(changes);
        await good.commit({ remove });
      },
    }),
    fails: [
      'applies remove, relabel and insert in one commit and in this order',
      'gallery: replaces when told to',
    ],
  },
  'refuses to remove what is gone': {
    fault: (good) => ({
      async commit(changes) {
        for (const id of changes.remove ?? []) {
          if ((await good.find('id', [id])).length === 0)
            throw new DocclfError('REFERENCE_NOT_FOUND', { id });
        }
        await good.commit(changes);
      },
    }),
    fails: ['is empty at first', 'applies remove, relabel and insert in one commit and in this order'],
  },
  'finds what was removed': {
    fault: (good) => {
      const ever = new Map<string, Awaited<ReturnType<StoreSession['find']>>[number]>();
      return {
        async commit(changes) {
          await good.commit(changes);
          for (const one of changes.insert ?? []) ever.set(one.id, one);
        },
        find: async (key, values) => {
          const found = await good.find(key, values);
          const ids = new Set(found.map(({ id }) => id));
          return [
            ...found,
            ...values.flatMap((id) => (key === 'id' && !ids.has(id) ? (ever.get(id) ?? []) : [])),
          ];
        },
      };
    },
    fails: ['forgets what is removed'],
  },
  'searches an index that nobody updates': {
    fault: (good) => {
      let stale: Awaited<ReturnType<StoreSession['nearest']>> | undefined;
      return {
        async nearest(query) {
          const all = await good.nearest({ ...query, count: Number.MAX_SAFE_INTEGER });
          if (all.length > 0) stale ??= all;
          return (stale ?? all).slice(0, query.count);
        },
      };
    },
    fails: ['forgets what is removed', 'agrees with a slow search of 1,000 references'],
  },
  'returns a distance for a cosine': {
    fault: (good) => ({
      nearest: async (query) =>
        (await good.nearest(query)).map((one) => ({ ...one, cosine: 1 - one.cosine })),
    }),
    fails: ['orders by cosine over its whole range', 'agrees with a slow search of 1,000 references'],
  },
  'returns a score for a cosine': {
    fault: (good) => ({
      nearest: async (query) =>
        (await good.nearest(query)).map((one) => ({ ...one, cosine: (one.cosine + 1) / 2 })),
    }),
    fails: ['orders by cosine over its whole range'],
  },
  'rounds cosines and claims to be exact': {
    fault: (good) => ({
      nearest: async (query) =>
        (await good.nearest(query)).map((one) => ({ ...one, cosine: Math.round(one.cosine * 1e4) / 1e4 })),
    }),
    fails: ['agrees with a slow search of 1,000 references'],
  },
  'misses every tenth neighbour and claims to be exact': {
    fault: (good) => ({
      nearest: missing(good, /3$/),
    }),
    fails: ['agrees with a slow search of 1,000 references'],
  },
  'recalls too little for an approximate store': {
    fault: (good) => ({
      ...claiming({ exact: false })(good),
      nearest: missing(good, /[1-4]$/),
    }),
    fails: ['agrees with a slow search of 1,000 references'],
  },
  'returns fewer than there are': {
    fault: (good) => ({ nearest: async (query) => (await good.nearest(query)).slice(0, 4) }),
    fails: ['agrees with a slow search of 1,000 references', 'orders by cosine over its whole range'],
  },
  'returns a match twice': {
    fault: (good) => ({
      async nearest(query) {
        const found = await good.nearest(query);
        return found.length > 1 ? [found[0]!, ...found.slice(0, -1)] : found;
      },
    }),
    fails: ['agrees with a slow search of 1,000 references'],
  },
  'changes numbers in metadata': {
    fault: reading(({ metadata }) => ({
      metadata: JSON.parse(JSON.stringify(metadata), (_, value) =>
        typeof value === 'number' ? Math.fround(value) : value,
      ),
    })),
    fails: ['returns a reference as it was inserted'],
  },
  'revives dates': {
    fault: reading(({ createdAt }) => ({ createdAt: new Date(createdAt) })),
    fails: ['returns a reference as it was inserted'],
  },
  'cuts milliseconds': {
    fault: reading(({ createdAt }) => ({ createdAt: createdAt.replace(/\.\d+Z/, 'Z') })),
    fails: ['returns a reference as it was inserted'],
  },
  'rounds vectors and claims to be exact': {
    fault: reading(({ vector }) => ({ vector: vector.map((value) => Math.round(value * 1000) / 1000) })),
    fails: ['returns a reference as it was inserted'],
  },
  'returns arrays for vectors': {
    fault: reading(({ vector }) => ({ vector: [...vector] })),
    fails: ['returns a reference as it was inserted'],
  },
  'leaves out a source hash that is null': {
    fault: reading(({ sourceHash }) => (sourceHash === null ? { sourceHash: undefined } : {})),
    fails: ['returns a reference as it was inserted'],
  },
  'loses the source when it relabels': {
    fault: (good) => ({
      async commit({ relabel = [], ...changes }) {
        await good.commit(changes);
        for (const { id, label } of relabel) {
          const [old] = await good.find('id', [id]);
          if (!old) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
          await good.commit({ remove: [id], insert: [{ ...old, label, sourceHash: null }] });
        }
      },
    }),
    fails: ['relabels without touching the rest'],
  },
  'writes only the first change of each kind': {
    fault: (good) => ({
      commit: ({ remove = [], relabel = [], insert = [] }) =>
        good.commit({ remove: remove.slice(0, 1), relabel: relabel.slice(0, 1), insert }),
    }),
    fails: [
      'gallery: renames a label with its sub-labels',
      'gallery: removes one reference, or a label with its sub-labels',
    ],
  },
  'does not look for sources': {
    fault: (good) => ({ find: async (key, values) => (key === 'id' ? good.find(key, values) : []) }),
    fails: ['finds by id and by source hash', 'gallery: the same image cannot have two labels'],
  },
  'is bound to nothing': {
    fault: () => ({ space: { id: 'mine', dimension: 4 } }),
    fails: ['is empty at first', 'gallery: adds, gets, counts and lists'],
  },
  'keeps the attachments of what is removed': {
    fault: (good) => {
      const kept = new Map<string, Readonly<Record<string, Uint8Array>>>();
      const withKept = (found: readonly Reference[]) =>
        found.map((one) => ({ ...one, attachments: { ...kept.get(one.id), ...one.attachments } }));
      return {
        async commit(changes) {
          await good.commit(changes);
          for (const { id, attachments } of changes.insert ?? []) {
            kept.set(id, { ...kept.get(id), ...attachments });
          }
        },
        find: async (key, values) => withKept(await good.find(key, values)),
        page: async (query) => withKept(await good.page(query)),
      };
    },
    fails: ['nothing of what is removed comes back with its id, or when opened again'],
  },
  'takes texts of another width for the same': {
    fault: (good) => ({
      find: async (key, values) => {
        const all = await good.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
        const wanted = new Set(values.map((value) => value.normalize('NFKC')));
        return all.filter((one) => wanted.has((one[key] ?? '').normalize('NFKC')));
      },
    }),
    fails: ['keeps hostile ids, labels and source hashes apart'],
  },
  'ignores marks that have no width': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit({
          ...changes,
          insert: changes.insert?.map((one) => ({ ...one, label: one.label.replace(/\p{Cf}/gu, '') })) ?? [],
        }),
    }),
    fails: ['keeps hostile ids, labels and source hashes apart'],
  },
  'is a little off in what it calls exact': {
    fault: (good) => ({
      nearest: async (query) =>
        (await good.nearest(query)).map((one) => ({ ...one, cosine: one.cosine * 0.99999 })),
    }),
    fails: [
      'agrees with a slow search of 1,000 references',
      'gallery: answers as a gallery in memory',
      'holds many references, and answers as a slow search of them',
    ],
  },
  'finds other labels than a gallery in memory': {
    fault: (good) => ({
      ...claiming({ exact: false })(good),
      nearest: missing(good, /[02468]$/),
    }),
    fails: ['gallery: answers as a gallery in memory', 'agrees with a slow search of 1,000 references'],
  },
  'forgets beyond 1,500 references': {
    fault: (good) => ({
      async commit({ insert = [], ...changes }) {
        const size = (await good.page({ after: null, limit: 5000 })).length;
        await good.commit({ ...changes, insert: insert.slice(0, Math.max(0, 1500 - size)) });
      },
    }),
    fails: ['holds many references, and answers as a slow search of them'],
  },
  'names no other state by its revision': {
    fault: () => ({ revision: async () => 'always the same' }),
    fails: ['has a revision that every commit changes, and nothing else'],
  },
  'names each look by another revision': {
    fault: () => {
      let looks = 0;
      return { revision: async () => String(looks++) };
    },
    fails: ['has a revision that every commit changes, and nothing else'],
  },
  'takes its count of references for a revision': {
    fault: (good) => ({
      revision: async () => {
        const page = await good.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
        return String(page.length);
      },
    }),
    fails: ['has a revision that every commit changes, and nothing else'],
  },
  'names many of a label where one is asked for': {
    fault: (good) => ({ nearest: (query) => good.nearest({ ...query, distinct: false }) }),
    fails: ['names the first of each label, or refuses to'],
  },
  'takes one of each label from the nearest few': {
    fault: (good) => ({
      async nearest({ distinct = false, ...query }) {
        const found = await good.nearest({ ...query, count: distinct ? 4 * query.count : query.count });
        const seen = new Set<string>();
        return found
          .filter(({ label }) => !distinct || seen.size < seen.add(label).size)
          .slice(0, query.count);
      },
    }),
    fails: ['names the first of each label, or refuses to'],
  },
  'takes sub-labels for their label': {
    fault: (good) => ({
      async nearest({ labels, ...query }) {
        const found = await good.nearest({ ...query, count: Number.MAX_SAFE_INTEGER });
        const isInside = (label: string) =>
          labels === undefined || labels.some((one) => isWithin(label, one));
        return found.filter(({ label }) => isInside(label)).slice(0, query.count);
      },
    }),
    fails: ['filters by path and not by text, or refuses to'],
  },
  'overlooks which labels are asked for': {
    fault: (good) => ({ nearest: ({ labels: _, ...query }) => good.nearest(query) }),
    fails: ['filters by path and not by text, or refuses to'],
  },
  'fails to close': {
    fault: () => ({
      close: async () => {
        throw new Error('busy');
      },
    }),
    fails: ['gallery: closes once its calls are done, and refuses more', 'states what it can do'],
  },
};

/** Faults that show when several have the same place open. */
const sharedFaults: Record<string, { fault: Fault; fails: string[] }> = {
  'writes back what it had read before another wrote': {
    fault: (shared) => {
      let mine: readonly Reference[] | undefined;
      const all = () => shared.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
      return {
        async commit(changes) {
          mine ??= await all();
          const known = new Set(mine.map(({ id }) => id));
          const rest = (await all()).filter(({ id }) => !known.has(id));
          await shared.commit({ remove: rest.map(({ id }) => id) });
          await shared.commit(changes);
          mine = [...mine, ...(changes.insert ?? [])];
        },
      };
    },
    fails: ['sharing: two writers lose nothing, and readers see each commit whole'],
  },
  'writes change by change': {
    fault: (shared) => ({
      async commit({ remove = [], relabel = [], insert = [] }) {
        await shared.commit({ remove, relabel });
        for (const one of insert) {
          await others();
          await shared.commit({ insert: [one] });
        }
      },
    }),
    fails: ['sharing: two writers lose nothing, and readers see each commit whole'],
  },
  'looks for an id before it writes, and then does not': {
    fault: (shared) => ({
      async commit(changes) {
        const ids = (changes.insert ?? []).map(({ id }) => id).filter((id) => !changes.remove?.includes(id));
        const [existing] = await shared.find('id', ids);
        if (existing) throw new DocclfError('REFERENCE_EXISTS', existing);
        await others();
        await shared.commit({ ...changes, remove: [...(changes.remove ?? []), ...ids] });
      },
    }),
    fails: ['sharing: of two writers of one id, one is refused'],
  },
  'replaces column by column': {
    fault: (shared) => ({
      async commit(changes) {
        const replaced = (changes.insert ?? []).filter(({ id }) => changes.remove?.includes(id));
        if (replaced.length === 0) return shared.commit(changes);
        for (const one of replaced) {
          const [old] = await shared.find('id', [one.id]);
          await shared.commit({ remove: [one.id], insert: [{ ...one, metadata: old?.metadata ?? {} }] });
        }
      },
    }),
    fails: ['sharing: two writers that replace one reference leave one of the two whole'],
  },
  'answers from what it read first': {
    fault: (shared) => {
      let first: readonly Reference[] | undefined;
      return {
        async nearest(query) {
          first ??= await shared.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
          const own = createMemorySession(conformanceSpace);
          await own.commit({ insert: first.map((one) => ({ ...one })) });
          return own.nearest(query);
        },
        async commit(changes) {
          first = undefined;
          await shared.commit(changes);
        },
      };
    },
    fails: ['sharing: forgets what another removed, renamed and replaced'],
  },
  'counts commits of its own only': {
    fault: (shared) => {
      let own = 0;
      return {
        revision: async () => String(own),
        async commit(changes) {
          await shared.commit(changes);
          own++;
        },
      };
    },
    fails: ['sharing: the revision tells what another wrote, and a gallery counts it'],
  },
  'pages by offset': {
    fault: (shared) => {
      let offset = 0;
      return {
        async page({ after, limit, ...query }) {
          if (after === null) offset = 0;
          const all = await shared.page({ ...query, after: null, limit: Number.MAX_SAFE_INTEGER });
          const page = all.slice(offset, offset + limit);
          offset += page.length;
          return page;
        },
      };
    },
    fails: ['sharing: pages stay whole while another writes'],
  },
};

/** What happens to a place, and what a store makes of it that is as good as can be, or has a fault. */
interface Place {
  state: 'well' | 'losing' | 'down' | 'unwritable';
  readonly shared: StoreSession;
}

const failed = () => new DocclfError('FILE_UNWRITABLE', { file: 'place' });

function breakable(fault: (shared: Opened, place: Place) => Partial<Opened> = () => ({})) {
  const places = new Map<string, Place>();
  const placeOf = (name: string, space = conformanceSpace) => {
    const place: Place = places.get(name) ?? { state: 'well', shared: createMemorySession(space) };
    places.set(name, place);
    return place;
  };
  const createStore = (name: string): GalleryStore => {
    const capabilities = { ...memoryCapabilities, persistent: true };
    return {
      contract: 2,
      name: 'breakable',
      capabilities,
      async open(space) {
        const place = placeOf(name, space);
        const { shared } = place;
        const asLongAsItRuns =
          <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
          async (...args: Args) => {
            if (place.state === 'down') throw failed();
            return call(...args);
          };
        const good: Opened = {
          ...shared,
          capabilities,
          revision: asLongAsItRuns(shared.revision),
          find: asLongAsItRuns(shared.find),
          page: asLongAsItRuns(shared.page),
          labels: asLongAsItRuns(shared.labels),
          nearest: asLongAsItRuns(shared.nearest),
          async commit(changes) {
            if (place.state !== 'well') throw failed();
            return shared.commit(changes);
          },
        };
        await asLongAsItRuns(async () => {})();
        return { ...good, ...fault(good, place) };
      },
    };
  };
  const start = (state: Place['state']) => async (name: string) => {
    places.get(name)!.state = state;
    return async () => {
      places.get(name)!.state = 'well';
    };
  };
  const code = 'FILE_UNWRITABLE';
  const faults: ConformanceFaults = {
    loseConnection: { code, start: start('losing') },
    stopServer: { code, start: start('down') },
    fillDisk: { code, start: start('unwritable') },
    forbidWriting: { code, start: start('unwritable') },
    lock: { code, start: start('unwritable') },
    // In a process that ends when it has reported 300 references, and takes a commit with it.
    async killDuringWrite(name) {
      let reported = 0;
      const store = createStore(name);
      const killed = writeUntilKilled(store, (count) => {
        reported = count;
        if (count === 300) places.get(name)!.state = 'unwritable';
      });
      await killed.catch(() => {});
      places.get(name)!.state = 'well';
      return reported;
    },
  };
  return { createStore, faults };
}

/** Those that a commit meets: a server that is gone is noticed before. */
const ofCommits = [
  'faults: a connection lost in the middle of a commit',
  'faults: a full disk',
  'faults: a place that may only be read',
  'faults: a lock that another holds',
];

const outsideFaults: Record<string, { fault: Parameters<typeof breakable>[0]; fails: string[] }> = {
  'throws what its driver throws': {
    fault: (good) => ({
      commit: (changes) =>
        good.commit(changes).catch(() => {
          throw new Error('ECONNRESET');
        }),
    }),
    fails: ofCommits,
  },
  'says that all went well': {
    fault: (good) => ({ commit: (changes) => good.commit(changes).catch(() => {}) }),
    fails: [...ofCommits, 'faults: a process killed during a write'],
  },
  'writes half of what it is given': {
    fault: (good, place) => ({
      async commit(changes) {
        if (place.state === 'well') return good.commit(changes);
        const half = changes.insert?.slice(0, Math.ceil(changes.insert.length / 2)) ?? [];
        await place.shared.commit({ remove: changes.remove ?? [], insert: half });
        throw failed();
      },
    }),
    fails: [...ofCommits, 'faults: a process killed during a write'],
  },
  'never recovers': {
    fault: (good) => {
      let isBroken = false;
      return {
        async commit(changes) {
          if (isBroken) throw failed();
          await good.commit(changes).catch((error) => {
            isBroken = true;
            throw error;
          });
        },
      };
    },
    fails: ofCommits,
  },
  'cannot be read while it cannot be written': {
    fault: (good, place) => ({
      page: async (query) => {
        if (place.state === 'unwritable') throw failed();
        return good.page(query);
      },
    }),
    fails: ofCommits.slice(1),
  },
  'answers when its server is gone': {
    fault: (_, { shared }) => ({ nearest: shared.nearest }),
    fails: ['faults: a server that is gone, and comes again'],
  },
};

describe('a store that', () => {
  test.each(Object.entries(faults))('%s fails the suite', async (_, { fault, fails }) => {
    const failures = await failuresOf(withFault(fault), {}, fails);
    expect([...failures.keys()].sort()).toEqual([...fails].sort());
  });

  test.each(Object.entries(sharedFaults))('%s fails the suite', async (_, { fault, fails }) => {
    const failures = await failuresOf(remembering(fault), {}, fails);
    expect([...failures.keys()].sort()).toEqual([...fails].sort());
  });

  test.each(Object.entries(outsideFaults))('%s fails the suite', async (_, { fault, fails }) => {
    const { createStore, faults } = breakable(fault);
    const failures = await failuresOf(createStore, {}, conformanceTests.filter(isOfFaults), { faults });
    expect([...failures.keys()].sort()).toEqual([...fails].sort());
  });

  test('is not bound to its first embedding space fails the suite', async () => {
    // Persistent, but whoever opens it is told what he wants to hear.
    const shared = createPlaces();
    const failures = await failuresOf((place) => ({
      ...createMemoryStore(),
      capabilities: { ...memoryCapabilities, persistent: true },
      open: async (space) => ({ ...shared(place, space), space }),
    }));
    expect([...failures.keys()]).toEqual([
      'stays bound to its embedding space when it is persistent',
      'gallery: is there when opened again, and refuses another embedding space',
    ]);
  });

  test('remembers what it claims to forget fails the suite', async () => {
    const shared = createPlaces();
    const failures = await failuresOf((place) => ({
      ...createMemoryStore(),
      open: async (space) => shared(place, space),
    }));
    expect([...failures.keys()]).toEqual([
      'is persistent, or empty when opened again',
      'gallery: is there when opened again, and refuses another embedding space',
    ]);
  });
});

test('every test of the suite is failed by some fault', () => {
  const caught = new Set([
    ...[faults, sharedFaults, outsideFaults].flatMap((each) =>
      Object.values(each).flatMap(({ fails }) => fails),
    ),
    'gallery: is there when opened again, and refuses another embedding space',
  ]);
  // What these find is a fault of the gallery, not of a store.
  const ofTheGallery = [
    'gallery: refuses bad references without writing any',
    'gallery: of two writers of one id, one wins',
    'gallery: an aborted call does nothing',
    'gallery: keeps when told to',
    'gallery: searches within several labels at once',
  ];
  expect(conformanceTests.filter((name) => !caught.has(name))).toEqual(
    conformanceTests.filter((name) => ofTheGallery.includes(name)),
  );
});

test('a good store that remembers passes the suite, also where it is broken from outside', async () => {
  const { createStore, faults } = breakable();
  expect(await failuresOf(createStore, {}, conformanceTests, { faults })).toEqual(new Map());
  expect(await failuresOf(remembering())).toEqual(new Map());
});

test('a fault that nobody can bring about has no test', () => {
  const names: string[] = [];
  const options = { test: (text: string) => names.push(text), name: 'it', createStore: createMemoryStore };
  galleryConformance({ ...options, faults: { fillDisk: breakable().faults.fillDisk! } });
  expect(names.filter((text) => text.startsWith('it: faults:'))).toEqual(['it: faults: a full disk']);
  names.length = 0;
  galleryConformance(options);
  expect(names).toEqual(conformanceTests.filter((text) => !isOfFaults(text)).map((text) => `it: ${text}`));
});

describe('exceptions', () => {
  const broken = withFault(faults['orders ties by insertion']!.fault);
  const name = 'orders equal cosines by id';

  test('a test that is excepted may fail, and says why in its name', async () => {
    expect([...(await failuresOf(broken))].map(([failed]) => failed)).toEqual([name]);
    expect(await failuresOf(broken, { [name]: 'the engine has no order' })).toEqual(new Map());
    const names: string[] = [];
    galleryConformance({
      test: (text) => names.push(text),
      name: 'it',
      createStore: broken,
      exceptions: { [name]: 'the engine has no order' },
    });
    expect(names).toContain(`it: ${name} (excepted: the engine has no order)`);
  });

  test('a test that is excepted and passes is an error', async () => {
    const failures = await failuresOf(createMemoryStore, { [name]: 'it was so once' });
    expect([...failures]).toEqual([
      [expect.stringContaining(name), expect.stringMatching(/Remove the exception/)],
    ]);
  });

  test.each([{ 'no such test': 'a reason' }, { [name]: '' }, { [name]: '  ' }])(
    '%j is refused',
    (exceptions) => {
      expect(() =>
        galleryConformance({ test: () => {}, name: 'it', createStore: createMemoryStore, exceptions }),
      ).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );
});

test('an approximate store passes, and its recall is reported', async () => {
  const lines: string[] = [];
  const runs: (() => Promise<void>)[] = [];
  galleryConformance({
    test: (_, run) => runs.push(run),
    name: 'rough',
    createStore: withFault((good) => ({
      ...claiming({ exact: false })(good),
      nearest: missing(good, /1[0-4]$/),
    })),
    report: (line) => lines.push(line),
  });
  for (const run of runs) await run();
  expect(lines).toEqual([
    expect.stringMatching(/^rough: recall@1 0\.9\d+$/),
    expect.stringMatching(/^rough: same label as in memory (1|0\.9\d*)$/),
    expect.stringMatching(/^rough: scale 2000, recall@1 (1|0\.9\d*)$/),
  ]);
});
