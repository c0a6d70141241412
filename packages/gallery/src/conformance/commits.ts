/** What a store promises of its writes. */
import type { StoreChanges } from '../store.ts';
import { refused, same } from './assert.ts';
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
import { manyReferences, reference, towards } from './samples.ts';
import { checkNearest } from './search.ts';
import type { ConformanceCase } from './types.ts';

/** Larger limits than this cannot be tried out in a test. */
const triableLimit = 100_000;

export const commitCases: readonly ConformanceCase[] = [
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
];

/** References that a commit touches. */
function sizeOf({ remove = [], relabel = [], insert = [] }: StoreChanges): number {
  return new Set([...remove, ...idsOf(relabel), ...idsOf(insert)]).size;
}
