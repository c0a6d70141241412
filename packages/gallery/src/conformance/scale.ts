/** As many references as the caller asks for. */
import { check, same } from './assert.ts';
import { countLabels, everything, idsOf, insertAll, sortedLabels } from './fixture.ts';
import { createRandom, manyReferences, randomVector, slowNearest } from './samples.ts';
import { checkNearest, isRecalled } from './search.ts';
import type { ConformanceCase } from './types.ts';

/** References of one commit: a store that writes everything at each commit must get through too. */
const atOnce = 10_000;

export const scaleCases: readonly ConformanceCase[] = [
  {
    name: 'holds many references, and answers as a slow search of them',
    async run({ openStore, close, report, scale }) {
      const store = await openStore();
      const { exact, maximumBatch, maximumCount, persistent } = store.capabilities;
      const references = manyReferences(scale, 21);
      await insertAll(store, references, atOnce);
      const gone = references.filter((_, i) => i % 10 === 3);
      const goneIds = idsOf(gone);
      const batch = Math.min(maximumBatch, atOnce);
      for (let i = 0; i < goneIds.length; i += batch) {
        await store.commit({ remove: goneIds.slice(i, i + batch) });
      }
      const left = references.filter((_, i) => i % 10 !== 3);
      const ids = idsOf(left).sort();
      const random = createRandom(22);
      const probes = [
        ...gone.slice(0, 3).map(({ vector }) => vector),
        ...left.slice(0, 3).map(({ vector }) => vector),
      ];
      for (let i = 0; i < 10; i++) probes.push(randomVector(random));
      let recalled = 0;
      for (const vector of probes) {
        const query = { vector, count: Math.min(10, maximumCount) };
        const found = await store.nearest(query);
        checkNearest(found, left, query, exact);
        if (isRecalled(found, slowNearest(left, vector))) recalled++;
      }
      report(`scale ${scale}${exact ? '' : `, recall@1 ${recalled / probes.length}`}`);
      check(recalled > 0, 'An index that never finds the nearest is none.');
      const opened = persistent ? await close(store).then(openStore) : store;
      same(idsOf(await everything(opened, 5000)), ids, 'All pages');
      same(sortedLabels(await opened.labels()), countLabels(left), 'labels');
      const last = await opened.page({ after: ids.at(-3)!, limit: 5 });
      same(idsOf(last), ids.slice(-2), 'The last page');
    },
  },
];
