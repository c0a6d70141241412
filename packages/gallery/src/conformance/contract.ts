/** What a store promises by itself, see `store.ts`. */
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
  hostileTexts,
  manyReferences,
  randomVector,
  reference,
  slowNearest,
  space,
  towards,
} from './samples.ts';
import { checkClose, checkNearest, isRecalled } from './search.ts';
import type { ConformanceCase } from './types.ts';

/** A store's answers to prefixes that are texts but not paths. */
const nearlyPaths = ['a', 'a/b', 'a/b/c', 'a/bc', 'ab', 'ab/c', 'a b', 'A', 'A/b', 'b/a', 'aé'];

/** Larger limits than this cannot be tried out in a test. */
const triableLimit = 100_000;

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
    name: 'names the first of each label, or refuses to',
    async run({ openStore }) {
      const store = await openStore();
      const { distinct, filter, exact, maximumCount } = store.capabilities;
      // One label has all that is near, so that a look at the nearest finds no other.
      const references = manyReferences(300, 9).map((one, i) =>
        i % 3 === 0 ? one : { ...one, label: 'crowd', vector: towards(1 - i / 2000) },
      );
      await insertAll(store, references);
      const query = { vector: towards(1), count: Math.min(12, maximumCount), distinct: true };
      if (!distinct) {
        await refused('CAPABILITY_UNSUPPORTED', 'nearest with distinct', () => store.nearest(query));
        return;
      }
      for (const within of filter ? [undefined, 'type-1'] : [undefined]) {
        const first = new Map<string, Reference>();
        for (const { id, label } of slowNearest(references, query.vector, within)) {
          if (!first.has(label)) first.set(label, references.find((one) => one.id === id)!);
        }
        const found = await store.nearest({ ...query, within });
        checkNearest(found, [...first.values()], { ...query, count: query.count }, exact);
      }
    },
  },
  {
    name: 'applies remove, relabel and insert in one commit and in this order',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(
        store,
        ['a', 'b', 'c'].map((id) => reference(id, 'old', { sourceHash: 'before' })),
      );
      await store.commit({ remove: ['a'], insert: [reference('a', 'new', { vector: towards(-0.25) })] });
      const [replaced] = await store.find('id', ['a']);
      same(replaced?.label, 'new', 'The label of a replaced reference');
      same(idsOf(sortedById(await store.find('sourceHash', ['before']))), ['b', 'c'], 'The replaced source');
      const found = await store.nearest({ vector: towards(-0.25), count: 1 });
      same(idsOf(found), ['a'], 'The nearest of the replaced vector');
      if (store.capabilities.maximumBatch < 4) return;
      await store.commit({
        remove: ['a', 'gone'],
        relabel: [{ id: 'b', label: 'moved' }],
        insert: [reference('a', 'newest'), reference('d', 'newest')],
      });
      const state = (await everything(store)).map(({ id, label }) => `${id} ${label}`);
      same(state, ['a newest', 'b moved', 'c old', 'd newest'], 'After the commit');
    },
  },
  {
    name: 'relabels without touching the rest',
    async run({ openStore }) {
      const store = await openStore();
      const attachments = store.capabilities.attachments ? { thumbnail: Uint8Array.of(1, 2, 3) } : {};
      const parts = { metadata: { n: 1 }, sourceHash: 'h', vector: towards(0.25), attachments };
      await insertAll(store, [reference('a', 'x', parts), reference('b', 'x')]);
      const [before] = await store.find('id', ['a']);
      await store.commit({ relabel: [{ id: 'a', label: 'y/z' }] });
      same(await store.find('id', ['a']), [{ ...before, label: 'y/z' }], 'The relabelled reference');
      const [match] = await store.nearest({ vector: towards(0.25), count: 1 });
      same([match?.id, match?.label], ['a', 'y/z'], 'The relabelled match');
    },
  },
  {
    name: 'refuses an id that exists',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(store, [reference('a', 'x'), reference('b', 'x')]);
      const before = await stateOf(store);
      const insert = [reference('a', 'y', { vector: towards(-1) })];
      await refused('REFERENCE_EXISTS', 'An id that exists', () => store.commit({ insert }));
      same(await stateOf(store), before, 'After the refusal');
    },
  },
  {
    name: 'refuses to relabel what is not there',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(store, [reference('a', 'x')]);
      const before = await stateOf(store);
      const relabel = [{ id: 'b', label: 'y' }];
      await refused('REFERENCE_NOT_FOUND', 'An id that is not there', () => store.commit({ relabel }));
      same(await stateOf(store), before, 'After the refusal');
    },
  },
  {
    name: 'a commit with one bad change changes nothing',
    async run({ openStore }) {
      const store = await openStore();
      await insertAll(
        store,
        ['a', 'b', 'c'].map((id) => reference(id, 'x', { sourceHash: id })),
      );
      const before = await stateOf(store);
      const fresh = (id: string) => reference(id, 'y', { vector: towards(0.9), sourceHash: 'fresh' });
      const bad: [StoreChanges, 'REFERENCE_EXISTS' | 'REFERENCE_NOT_FOUND'][] = [
        [{ insert: [fresh('n1'), fresh('n2'), fresh('b')] }, 'REFERENCE_EXISTS'],
        [{ remove: ['a'], insert: [fresh('a'), fresh('c')] }, 'REFERENCE_EXISTS'],
        [{ remove: ['a', 'b'], relabel: [{ id: 'gone', label: 'y' }] }, 'REFERENCE_NOT_FOUND'],
        [
          { relabel: ['a', 'gone', 'b'].map((id) => ({ id, label: 'y' })), insert: [fresh('n1')] },
          'REFERENCE_NOT_FOUND',
        ],
        [{ relabel: [{ id: 'a', label: 'y' }], insert: [fresh('n1'), fresh('b')] }, 'REFERENCE_EXISTS'],
      ];
      for (const [changes, code] of bad) {
        if (sizeOf(changes) > store.capabilities.maximumBatch) continue;
        const what = `The commit ${JSON.stringify(changes, ['remove', 'relabel', 'insert', 'id'])}`;
        await refused(code, what, () => store.commit(changes));
        same(await stateOf(store), before, what);
        same(await store.find('sourceHash', ['fresh']), [], `${what}, by source hash`);
        const found = await store.nearest({ vector: towards(0.5), count: 1 });
        same(found[0]?.id, 'a', `${what}, nearest`);
      }
    },
  },
  {
    name: 'takes as many changes as it claims, and refuses more',
    async run({ openStore }) {
      const store = await openStore();
      const { maximumBatch } = store.capabilities;
      const claimed = manyReferences(Math.min(maximumBatch, 1000), 2);
      await store.commit({ insert: claimed.map(copyOf) });
      same((await everything(store)).length, claimed.length, 'One large commit');
      await store.commit({ remove: idsOf(claimed), insert: claimed.map(copyOf) });
      same((await everything(store)).length, claimed.length, 'All of it replaced in one commit');
      await store.commit({ relabel: claimed.map(({ id }) => ({ id, label: 'moved' })) });
      same(
        await store.labels(),
        [{ label: 'moved', references: claimed.length }],
        'All of it moved in one commit',
      );
      if (maximumBatch > triableLimit) return;
      const before = await stateOf(store);
      const remove = Array.from({ length: maximumBatch + 1 }, (_, i) => claimed[i]?.id ?? `gone${i}`);
      await refused('CAPABILITY_UNSUPPORTED', 'A commit over maximumBatch', () => store.commit({ remove }));
      same(await stateOf(store), before, 'After the refusal');
    },
  },
  {
    name: 'orders by cosine over its whole range',
    async run({ openStore }) {
      const store = await openStore();
      const cosines = [0.3, -1, 1, 0, -0.3, 0.999, -0.999, 0.5];
      const references = cosines.map((cosine) => reference(`at ${cosine}`, 'x', { vector: towards(cosine) }));
      await insertAll(store, references);
      const count = Math.min(cosines.length, store.capabilities.maximumCount);
      const found = await store.nearest({ vector: towards(1), count });
      const sorted = [...cosines].sort((a, b) => b - a);
      same(
        idsOf(found),
        sorted.slice(0, count).map((cosine) => `at ${cosine}`),
        'The order',
      );
      const tolerance = store.capabilities.exact ? 1e-6 : 2e-3;
      found.forEach(({ id, cosine }, i) => {
        checkClose(cosine, sorted[i]!, tolerance, id);
      });
    },
  },
  {
    name: 'orders equal cosines by id',
    async run({ openStore }) {
      const store = await openStore();
      const ids = ['m', 'c', 'Z', 'x', 'a', '9', 'q', '10', 'b', 'k', 'é', 'd'];
      await insertAll(
        store,
        ids.map((id) => reference(id, id < 'k' ? 'x' : 'y', { vector: towards(0.6) })),
      );
      await insertAll(store, [reference('0 better', 'x', { vector: towards(0.8) })]);
      await insertAll(store, [reference('0 worse', 'x', { vector: towards(0.1) })]);
      // A store that fills gaps has its rows in another order now.
      await store.commit({ remove: ['c'] });
      await store.commit({ insert: [reference('c', 'x', { vector: towards(0.6) })] });
      const expected = ['0 better', ...[...ids].sort(), '0 worse'];
      for (const count of [1, 2, 3, 7, expected.length, expected.length + 5]) {
        if (count > store.capabilities.maximumCount) break;
        const found = await store.nearest({ vector: towards(1), count });
        const cosines = found.map(({ cosine }) => cosine);
        if (store.capabilities.exact) {
          same(idsOf(found), expected.slice(0, count), `The ${count} nearest`);
          same(
            new Set(cosines.slice(1, 13)).size,
            Math.max(0, Math.min(1, count - 1)),
            'Different cosines of equal vectors',
          );
        } else checkNearest(found, await everything(store), { vector: towards(1), count }, false);
      }
    },
  },
  {
    name: 'returns all when asked for more than it has, and refuses more than it claims',
    async run({ openStore }) {
      const store = await openStore();
      const references = manyReferences(7, 3);
      await insertAll(store, references);
      const { maximumCount, exact } = store.capabilities;
      const query = { vector: references[0]!.vector, count: maximumCount };
      checkNearest(await store.nearest(query), references, query, exact);
      if (maximumCount === Number.MAX_SAFE_INTEGER) return;
      await refused('CAPABILITY_UNSUPPORTED', 'A count over maximumCount', () =>
        store.nearest({ ...query, count: maximumCount + 1 }),
      );
    },
  },
  {
    name: 'filters by path and not by text, or refuses to',
    async run({ openStore }) {
      const store = await openStore();
      const labels = [...nearlyPaths, ...hostileLabels, ...hostileTexts.map((text) => `${text}/${text}`)];
      const random = createRandom(4);
      const references = labels.map((label, i) =>
        reference(`r${String(i).padStart(3, '0')}`, label, { vector: randomVector(random) }),
      );
      await insertAll(store, references);
      const { filter, exact, maximumCount } = store.capabilities;
      const vector = towards(1);
      if (!filter) {
        const query = { vector, count: 1, within: 'a' };
        await refused('CAPABILITY_UNSUPPORTED', 'nearest with within', () => store.nearest(query));
        const page = { after: null, limit: 1, within: 'a' };
        await refused('CAPABILITY_UNSUPPORTED', 'page with within', () => store.page(page));
        const exactly = { vector, count: 1, labels: ['a'] };
        await refused('CAPABILITY_UNSUPPORTED', 'nearest with labels', () => store.nearest(exactly));
        return;
      }
      const query = { vector, count: Math.min(maximumCount, 200) };
      for (const label of [...labels, 'nothing', '%', '_', 'deep']) {
        const inside = references.filter(
          (other) => other.label === label || other.label.startsWith(`${label}/`),
        );
        const found = await store.nearest({ ...query, within: label });
        checkNearest(found, references, { ...query, within: label }, exact);
        const page = await store.page({ after: null, limit: 200, within: label });
        same(idsOf(page), idsOf(inside), `The page within ${JSON.stringify(label)}`);
      }
      for (const some of [['a'], ['a', 'ab/c', 'nothing'], hostileLabels, labels]) {
        const inside = references.filter(({ label }) => some.includes(label));
        const found = await store.nearest({ ...query, labels: some });
        checkNearest(found, inside, query, exact);
      }
      const rest = await store.page({ after: 'r000', limit: 2, within: 'a' });
      same(idsOf(rest), ['r001', 'r002'], 'The second page within a');
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
    name: 'forgets what is removed',
    async run({ openStore }) {
      const store = await openStore();
      const references = manyReferences(60, 5).map((one) => ({ ...one, sourceHash: `hash of ${one.id}` }));
      await insertAll(store, references);
      const gone = references.filter((_, i) => i % 3 !== 0);
      for (const { id } of gone) await store.commit({ remove: [id] });
      const left = references.filter((_, i) => i % 3 === 0);
      same(idsOf(await everything(store)), idsOf(sortedById(left)), 'page');
      same(sortedLabels(await store.labels()), countLabels(left), 'labels');
      for (const { id, vector, sourceHash } of gone) {
        same(await store.find('id', [id]), [], 'find by id');
        same(await store.find('sourceHash', [sourceHash]), [], 'find by source hash');
        const query = { vector, count: Math.min(5, store.capabilities.maximumCount) };
        checkNearest(await store.nearest(query), left, query, store.capabilities.exact);
      }
    },
  },
  {
    name: 'nothing of what is removed comes back with its id, or when opened again',
    async run({ openStore, close }) {
      let store = await openStore();
      const { attachments, exact, persistent } = store.capabilities;
      const old = reference('a', 'old', {
        metadata: { secret: 1 },
        sourceHash: 'old hash',
        attachments: attachments ? { thumbnail: Uint8Array.of(1, 2, 3), back: Uint8Array.of(4) } : {},
        vector: towards(-0.5),
      });
      const other = reference('b', 'other');
      await insertAll(store, [old, other]);
      await store.commit({ remove: ['a'] });
      if (persistent) {
        await close(store);
        store = await openStore();
      }
      same(idsOf(await everything(store)), ['b'], 'What is left');
      same(await store.find('id', ['a']), [], 'find by id');
      const plain = reference('a', 'new', { vector: towards(0.4) });
      await insertAll(store, [plain]);
      sameReferences(await store.find('id', ['a']), [plain], exact, 'Another reference of the same id');
      same(await store.find('sourceHash', ['old hash']), [], 'find by the source of the one that is gone');
      const query = { vector: towards(-0.5), count: Math.min(2, store.capabilities.maximumCount) };
      checkNearest(await store.nearest(query), [plain, other], query, exact);
    },
  },
  {
    name: 'agrees with a slow search of 1,000 references',
    async run({ openStore, report }) {
      const store = await openStore();
      const references = manyReferences(1000, 6);
      await insertAll(store, references);
      const { exact, filter, maximumCount } = store.capabilities;
      const random = createRandom(7);
      let recalled = 0;
      const queries = 60;
      for (let i = 0; i < queries; i++) {
        const vector = i % 4 === 0 ? references[i * 11]!.vector.slice() : randomVector(random);
        const query = { vector, count: Math.min(10, maximumCount) };
        const found = await store.nearest(query);
        checkNearest(found, references, query, exact);
        if (isRecalled(found, slowNearest(references, vector))) recalled++;
        if (!filter || i % 6 !== 0) continue;
        const filtered = { ...query, within: i % 12 === 0 ? `type-${i % 5}` : references[i]!.label };
        checkNearest(await store.nearest(filtered), references, filtered, exact);
      }
      if (!exact) report(`recall@1 ${recalled / queries}`);
      check(recalled >= 0.95 * queries, `recall@1 is ${recalled / queries}, less than 0.95.`);
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

/** References that a commit touches. */
function sizeOf({ remove = [], relabel = [], insert = [] }: StoreChanges): number {
  return new Set([...remove, ...idsOf(relabel), ...idsOf(insert)]).size;
}
