/** What a store promises of its searches. */
import type { Reference } from '@docclf/core';
import { check, refused, same } from './assert.ts';
import { everything, idsOf, insertAll } from './fixture.ts';
import {
  createRandom,
  hostileLabels,
  hostileTexts,
  manyReferences,
  nearlyPaths,
  randomVector,
  reference,
  slowNearest,
  towards,
} from './samples.ts';
import { checkClose, checkNearest, isRecalled } from './search.ts';
import type { ConformanceCase } from './types.ts';

export const neighbourCases: readonly ConformanceCase[] = [
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
];
