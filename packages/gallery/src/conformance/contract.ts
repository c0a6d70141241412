/** What a store promises by itself, see `store.ts`: what it is, keeps and reads. */
import type { Reference } from '@docclf/core';
import type { StoreChanges } from '../store.ts';
import { check, refused, same } from './assert.ts';
import {
  copyOf,
  countLabels,
  everything,
  idsOf,
  insertAll,
  sameReferences,
  sortedById,
  sortedLabels,
  stateOf,
} from './fixture.ts';
import {
  createRandom,
  hostileIds,
  hostileLabels,
  hostileMetadata,
  manyReferences,
  nearlyPaths,
  randomVector,
  reference,
  space,
  towards,
} from './samples.ts';
import { checkClose, checkNearest } from './search.ts';
import type { ConformanceCase } from './types.ts';

export const contractCases: readonly ConformanceCase[] = [
  {
    name: 'states what it can do',
    async run({ openStore }) {
      const { contract, name, capabilities } = await openStore();
      same(contract, 2, 'contract');
      check(typeof name === 'string' && name !== '', 'The store needs a name.');
      for (const key of ['exact', 'persistent', 'filter', 'attachments', 'distinct'] as const) {
        same(typeof capabilities[key], 'boolean', key);
      }
      for (const key of ['maximumBatch', 'maximumCount'] as const) {
        const value = capabilities[key];
        check(
          Number.isSafeInteger(value) && value >= 1,
          `${key} must be a whole number from 1, not ${value}.`,
        );
      }
    },
  },
  {
    name: 'is empty at first',
    async run({ openStore }) {
      const store = await openStore();
      same(await stateOf(store), { references: [], labels: [] }, 'A new store');
      same(await store.find('id', ['a']), [], 'find by id');
      same(await store.find('sourceHash', ['a']), [], 'find by source hash');
      same(await store.nearest({ vector: towards(1), count: 1 }), [], 'nearest');
      await store.commit({ remove: ['a'] });
      await store.commit({});
      same(await stateOf(store), { references: [], labels: [] }, 'After commits that change nothing');
    },
  },
  {
    name: 'returns a reference as it was inserted',
    async run({ openStore }) {
      const store = await openStore();
      const vector = randomVector(createRandom(1));
      const references = [
        reference('plain', 'a'),
        reference('rich', 'a/b', { vector, metadata: hostileMetadata, sourceHash: `${'0f'.repeat(32)}:7` }),
        reference('recent', 'a', { createdAt: '2038-01-19T03:14:08.000Z' }),
        reference('early', 'a', { createdAt: '1969-12-31T23:59:59.999Z' }),
      ];
      await insertAll(store, references);
      const { exact } = store.capabilities;
      sameReferences(await everything(store), sortedById(references), exact, 'page');
      for (const expected of references) {
        sameReferences(await store.find('id', [expected.id]), [expected], exact, 'find');
      }
    },
  },
  {
    name: 'keeps attachments, or refuses them',
    async run({ openStore }) {
      const store = await openStore();
      const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i * 31 + (i >> 8));
      const attachments = {
        thumbnail: bytes,
        empty: new Uint8Array(0),
        "o'brien/%_\\ 文😀": bytes.slice(0, 256),
      };
      const with3 = reference('with', 'a', { attachments });
      await store.commit({ insert: [reference('without', 'a')] });
      if (store.capabilities.attachments) {
        await store.commit({ insert: [copyOf(with3)] });
        sameReferences(await store.find('id', ['with']), [with3], store.capabilities.exact, 'find');
        sameReferences([(await everything(store))[0]!], [with3], store.capabilities.exact, 'page');
      } else {
        await refused('CAPABILITY_UNSUPPORTED', 'An attachment', () =>
          store.commit({ insert: [copyOf(with3)] }),
        );
        same(idsOf(await everything(store)), ['without'], 'After the refusal');
      }
    },
  },
  {
    name: 'finds by id and by source hash',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(store, [
        reference('a', 'x', { sourceHash: 'h1' }),
        reference('b', 'x', { sourceHash: 'h2' }),
        reference('c', 'x', { sourceHash: 'h1' }),
        reference('d', 'x'),
        reference('h1', 'x'),
      ]);
      const find = async (key: 'id' | 'sourceHash', values: string[]) =>
        idsOf(sortedById(await store.find(key, values)));
      same(await find('id', ['b']), ['b'], 'One id');
      same(await find('id', ['B']), [], 'An id in another case');
      same(await find('id', ['h2']), [], 'A source hash as an id');
      same(await find('sourceHash', ['h1']), ['a', 'c'], 'Two references of one source');
      same(await find('sourceHash', ['h3']), [], 'A source that nobody has');
      same(await find('sourceHash', ['null']), [], 'The word null');
      const many = Array.from({ length: Math.min(store.capabilities.maximumBatch, 2000) }, (_, i) => `n${i}`);
      same(await find('id', [...many.slice(1), 'a']), ['a'], 'As many ids as a commit may have');
      same(await find('sourceHash', [...many.slice(1), 'h2']), ['b'], 'As many hashes as a commit may have');
    },
  },
  {
    name: 'pages in order of id, without gap or repetition',
    async run({ openStore }) {
      const store = await openStore();
      const ids = ['b', '10', 'Z', 'é', '😀', '_', 'a', '9', 'B', 'ß', 'z', 'a-b', 'ab', 'É', '文', 'a b'];
      await insertAll(
        store,
        ids.map((id) => reference(id, 'a')),
      );
      ids.sort();
      for (const limit of [1, 2, 3, ids.length - 1, ids.length, ids.length + 1, 1000]) {
        same(idsOf(await everything(store, limit)), ids, `Pages of ${limit}`);
      }
      same(idsOf(await store.page({ after: 'a!', limit: 1 })), ['a-b'], 'After an id that nothing has');
      same(idsOf(await store.page({ after: '文', limit: 9 })), ['😀'], 'The last page');
      same(idsOf(await store.page({ after: '😀', limit: 9 })), [], 'After the last');
    },
  },
  {
    name: 'pages stay stable while others write',
    async run({ openStore }) {
      const store = await openStore();
      const steady = Array.from({ length: 20 }, (_, i) => `m${String(i).padStart(2, '0')}`);
      await insertAll(
        store,
        [...steady, 'a', 'z'].map((id) => reference(id, 'x')),
      );
      const seen: string[] = [];
      let after: string | null = null;
      for (let i = 0; ; i++) {
        const page: readonly Reference[] = await store.page({ after, limit: 3 });
        seen.push(...idsOf(page));
        if (page.length < 3) break;
        after = page[2]!.id;
        // Before, at and behind the place that has been reached; the id that leads on vanishes too.
        await store.commit({ insert: [reference(`b${i}`, 'x')] });
        await store.commit({ insert: [reference(`y${i}`, 'x')] });
        await store.commit({ remove: [i === 3 ? 'b0' : 'z'] });
        if (i === 1) {
          await store.commit({ remove: [after] });
          await store.commit({ insert: [reference(after, 'x')] });
        }
      }
      same(
        seen.filter((id) => id.startsWith('m')),
        steady,
        'References that were there all along',
      );
      same(seen, [...new Set(seen)].sort(), 'All that was read, in order and once');
      check(!seen.includes('z'), 'A reference that was removed before its page was read must not come.');
    },
  },
  {
    name: 'counts labels exactly',
    async run({ openStore }) {
      const store = await openStore();
      const labels = [...nearlyPaths, 'a', 'a', 'a/b', 'ab'];
      const references = labels.map((label, i) => reference(`r${i}`, label));
      await insertAll(store, references);
      same(sortedLabels(await store.labels()), countLabels(references), 'Labels');
      await store.commit({ remove: ['r2'] });
      await store.commit({ relabel: [{ id: 'r0', label: 'new' }] });
      const left = references.filter(({ id }) => id !== 'r2');
      left[0] = reference('r0', 'new');
      same(sortedLabels(await store.labels()), countLabels(left), 'Labels after changes');
    },
  },
  {
    name: 'has a revision that every commit changes, and nothing else',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(store, [reference('a', 'x'), reference('b', 'x')]);
      const seen = new Set([await store.revision()]);
      same(await store.revision(), [...seen][0], 'The revision when nothing was written');
      const commits: StoreChanges[] = [
        { insert: [reference('c', 'x')] },
        { relabel: [{ id: 'c', label: 'y' }] },
        { remove: ['a'], insert: [reference('a', 'x', { vector: towards(-0.5) })] },
        { remove: ['b'] },
        { insert: [reference('b', 'z')] },
      ];
      for (const [i, changes] of commits.entries()) {
        const before = await store.revision();
        const committed = await store.commit(changes);
        const after = await store.revision();
        check(!seen.has(after), `Commit ${i} must change the revision to one that was not there before.`);
        seen.add(after);
        if (committed) same(committed, { before, after }, `What commit ${i} says of its two sides`);
        await stateOf(store);
        same(await store.revision(), after, 'The revision after reading');
      }
    },
  },
  {
    name: 'keeps hostile ids, labels and source hashes apart',
    async run({ openStore }) {
      const store = await openStore();
      const references = [
        ...hostileIds.map((id) => reference(id, 'id', { sourceHash: id })),
        ...hostileLabels.map((label, i) => reference(`label ${i}`, label)),
      ];
      await insertAll(store, references);
      same(idsOf(await everything(store)), idsOf(sortedById(references)), 'Ids');
      same(sortedLabels(await store.labels()), countLabels(references), 'Labels');
      for (const id of hostileIds) {
        const what = JSON.stringify(id);
        same(idsOf(await store.find('id', [id])), [id], `find by id ${what}`);
        same(idsOf(await store.find('sourceHash', [id])), [id], `find by source hash ${what}`);
      }
      for (const id of hostileIds.slice(0, 60)) {
        await store.commit({ relabel: [{ id, label: 'moved' }] });
        await store.commit({ remove: [id] });
        same(await store.find('id', [id]), [], `find after removing ${JSON.stringify(id)}`);
      }
      const left = references.filter(({ id }) => !hostileIds.slice(0, 60).includes(id));
      same(idsOf(await everything(store)), idsOf(sortedById(left)), 'Ids that are left');
    },
  },
  {
    name: 'returns copies that the caller may change',
    async run({ openStore }) {
      const store = await openStore();
      const attachments = store.capabilities.attachments ? { thumbnail: Uint8Array.of(1, 2, 3) } : {};
      await insertAll(store, [
        reference('a', 'x', { metadata: { list: [1], deep: { n: 1 } }, sourceHash: 'h', attachments }),
      ]);
      const { references, labels } = await stateOf(store);
      // The state may be shared too.
      const before = { references: references.map(copyOf), labels };
      const reads = {
        page: () => store.page({ after: null, limit: 1 }),
        'find by id': () => store.find('id', ['a']),
        'find by source hash': () => store.find('sourceHash', ['h']),
      };
      for (const [what, read] of Object.entries(reads)) {
        const [copy] = await read();
        check(copy !== undefined, `${what} found nothing.`);
        copy.vector.fill(0);
        copy.attachments.thumbnail?.fill(0);
        const changeable = copy as { label: string; metadata: { list?: number[]; deep?: { n: number } } };
        changeable.metadata.list?.push(2);
        if (changeable.metadata.deep) changeable.metadata.deep.n = 2;
        changeable.metadata = {};
        changeable.label = 'changed';
        same(await stateOf(store), before, `After changing what ${what} returned`);
        const [match] = await store.nearest({ vector: towards(0.5), count: 1 });
        checkClose(match?.cosine ?? 0, 1, 2e-3, 'The cosine afterwards');
      }
      const query = { vector: towards(0.5), count: 1 };
      const [match] = await store.nearest(query);
      (match as { label: string }).label = 'changed';
      same(query.vector, towards(0.5), 'The query');
      same(await stateOf(store), before, 'After changing a match');
    },
  },
  {
    name: 'is persistent, or empty when opened again',
    async run({ openStore, close }) {
      const store = await openStore();
      const { attachments, persistent, exact } = store.capabilities;
      const references = manyReferences(40, 8).map((one, i) => ({
        ...one,
        metadata: i === 0 ? hostileMetadata : { i },
        sourceHash: `hash ${i}`,
        attachments: attachments ? { thumbnail: Uint8Array.of(i, 255 - i) } : {},
      }));
      await insertAll(store, references);
      await store.commit({ remove: [references[1]!.id] });
      await store.commit({ relabel: [{ id: references[2]!.id, label: 'moved' }] });
      const vector = towards(-0.7);
      await store.commit({
        remove: [references[3]!.id],
        insert: [reference(references[3]!.id, 'new', { vector })],
      });
      const before = await stateOf(store);
      await close(store);

      const reopened = await openStore();
      const after = persistent ? before : { references: [], labels: [] };
      same(await stateOf(reopened), after, 'When opened again');
      const query = { vector, count: Math.min(10, reopened.capabilities.maximumCount) };
      checkNearest(await reopened.nearest(query), after.references, query, exact);
      // What comes after must not collide with what an earlier process left.
      await reopened.commit({ insert: [reference('later', 'later')] });
      same((await everything(reopened)).length, after.references.length + 1, 'After a further write');
    },
  },
  {
    name: 'stays bound to its embedding space when it is persistent',
    async run({ openStore, create, close }) {
      const store = await openStore();
      if (!store.capabilities.persistent) return;
      await store.commit({ insert: [reference('a', 'x')] });
      const before = await stateOf(store);
      await close(store);
      for (const other of [
        { id: 'another/1', dimension: space.dimension },
        { id: 'another/1', dimension: 8 },
      ]) {
        const stranger = await create();
        const opened = await stranger.open(other);
        same(opened.space, space, 'The space of a store that was bound before');
        await opened.close();
      }
      same(await stateOf(await openStore()), before, 'Opened with its own space again');
    },
  },
];
