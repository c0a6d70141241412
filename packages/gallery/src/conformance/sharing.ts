/** Several stores at one place, as several processes have them. Stores that forget have nothing to share. */
import { DocclfError, type Reference } from '@docclf/core';
import { check, same } from './assert.ts';
import {
  copyOf,
  countLabels,
  everything,
  idsOf,
  insertAll,
  sameReferences,
  sortedLabels,
  stateOf,
} from './fixture.ts';
import { createRandom, manyReferences, nextTask, randomVector, reference, towards } from './samples.ts';
import { checkNearest } from './search.ts';
import type { ConformanceCase, Fixture, OpenStore } from './types.ts';

export const sharingCases: readonly ConformanceCase[] = [
  {
    name: 'sharing: two writers lose nothing, and readers see each commit whole',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      const { maximumBatch, exact } = stores[0].capabilities;
      const random = createRandom(31);
      const written: Reference[] = [];
      const write = async (store: OpenStore, name: string) => {
        for (let i = 0; i < 12; i++) {
          const pair = ['a', 'b'].map((half) =>
            reference(`${name}${half}${i}`, `${name}/${half}`, { vector: randomVector(random) }),
          );
          written.push(...pair);
          await insertAll(store, pair);
        }
      };
      const isWhole = (counts: ReadonlyMap<string, number>, what: string) => {
        for (const name of ['x', 'y']) {
          same(
            counts.get(`${name}/a`),
            counts.get(`${name}/b`),
            `The halves of the pairs of ${name}, ${what}`,
          );
        }
      };
      await whileRunning([write(stores[0], 'x'), write(stores[1], 'y')], async (round) => {
        const reader = stores[round % 2]!;
        const counts = await reader.labels();
        const page = await reader.page({ after: null, limit: 100 });
        const found = await reader.nearest({ vector: towards(1), count: 50 });
        same(new Set(idsOf(found)).size, found.length, 'Different matches during writes');
        if (maximumBatch === 1) return;
        isWhole(new Map(counts.map(({ label, references }) => [label, references])), 'counted');
        isWhole(new Map(countLabels(page).map(({ label, references }) => [label, references])), 'listed');
        if (exact) same(found.length % 2, 0, 'Half of a pair among the matches');
      });
      for (const store of stores) {
        same(idsOf(await everything(store)), idsOf(written).sort(), 'What both wrote');
        same(sortedLabels(await store.labels()), countLabels(written), 'labels');
        const query = { vector: towards(1), count: Math.min(50, store.capabilities.maximumCount) };
        checkNearest(await store.nearest(query), written, query, exact);
      }
    },
  },
  {
    name: 'sharing: of two writers of one id, one is refused',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      for (let i = 0; i < 6; i++) {
        const outcomes = await Promise.allSettled(
          stores.map((store, j) => store.commit({ insert: [reference(`r${i}`, `writer-${j}`)] })),
        );
        const refusals = outcomes.flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason] : [],
        );
        same(refusals.length, 1, 'How many were refused');
        check(
          DocclfError.is(refusals[0], 'REFERENCE_EXISTS'),
          `The refusal must say so, not ${refusals[0]}.`,
        );
        const winner = `writer-${outcomes.findIndex(({ status }) => status === 'fulfilled')}`;
        for (const store of stores) {
          const stored = await store.find('id', [`r${i}`]);
          same(
            stored.map(({ label }) => label),
            [winner],
            'What is stored',
          );
        }
      }
      same(await stateOf(stores[0]), await stateOf(stores[1]), 'What the two hold');
    },
  },
  {
    name: 'sharing: two writers that replace one reference leave one of the two whole',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      const { attachments, exact } = stores[0].capabilities;
      const versions = [0.8, -0.8].map((cosine, i) =>
        reference('a', `writer-${i}`, {
          vector: towards(cosine),
          metadata: { writer: i },
          sourceHash: `hash ${i}`,
          attachments: attachments ? { [`of ${i}`]: Uint8Array.of(i) } : {},
        }),
      );
      await insertAll(stores[0], [reference('a', 'old', { sourceHash: 'old' })]);
      for (let i = 0; i < 6; i++) {
        const outcomes = await Promise.allSettled(
          stores.map((store, j) => store.commit({ remove: ['a'], insert: [copyOf(versions[j]!)] })),
        );
        check(
          outcomes.some(({ status }) => status === 'fulfilled'),
          'Neither of the two replaced it.',
        );
        for (const outcome of outcomes) {
          if (outcome.status === 'fulfilled') continue;
          const { reason } = outcome;
          check(
            DocclfError.is(reason, 'REFERENCE_EXISTS'),
            `One may be late, REFERENCE_EXISTS, not ${reason}.`,
          );
        }
        for (const store of stores) {
          const stored = await everything(store);
          const winner = versions[stored[0]?.label === 'writer-1' ? 1 : 0]!;
          sameReferences(stored, [winner], exact, 'What is stored');
          same(
            idsOf(await store.find('sourceHash', ['old', 'hash 0', 'hash 1'])),
            ['a'],
            'find by source hash',
          );
          const query = { vector: winner.vector, count: 1 };
          checkNearest(await store.nearest(query), [winner], query, exact);
        }
      }
    },
  },
  {
    name: 'sharing: forgets what another removed, renamed and replaced',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      const [one, two] = stores;
      const references = manyReferences(30, 32).map((each) => ({
        ...each,
        sourceHash: `hash of ${each.id}`,
      }));
      await insertAll(one, references);
      // Whatever the second keeps in memory, it has now.
      same((await two.nearest({ vector: towards(1), count: 5 })).length, 5, 'What the other wrote');
      const [gone, moved, replaced] = references as [Reference, Reference, Reference];
      await one.commit({ remove: [gone.id] });
      await one.commit({ relabel: [{ id: moved.id, label: 'moved' }] });
      const newer = { ...replaced, vector: towards(-0.9), sourceHash: null };
      await one.commit({ remove: [replaced.id], insert: [copyOf(newer)] });
      const left = [{ ...moved, label: 'moved' }, newer, ...references.slice(3)];
      for (const store of stores) {
        const { exact } = store.capabilities;
        same(await store.find('id', [gone.id]), [], 'find of what was removed');
        same(await store.find('sourceHash', [gone.sourceHash!, replaced.sourceHash!]), [], 'by source hash');
        same(sortedLabels(await store.labels()), countLabels(left), 'labels');
        for (const { vector } of [gone, moved, replaced, newer]) {
          const query = { vector, count: Math.min(5, store.capabilities.maximumCount) };
          checkNearest(await store.nearest(query), left, query, exact);
        }
      }
    },
  },
  {
    name: 'sharing: the revision tells what another wrote, and a gallery counts it',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      const [writer] = stores;
      const reader = await fixture.openGallery();
      await insertAll(writer, [reference('a', 'x'), reference('b', 'x')]);
      const counted = async (expected: Record<string, number>, what: string) => {
        const labels = Object.entries(expected).map(([label, references]) => ({ label, references }));
        same(await reader.labels(), labels, `labels, ${what}`);
      };
      await counted({ x: 2 }, 'at first');
      const seen = new Set([await reader.revision()]);
      const changes = [
        [{ insert: [reference('c', 'y')] }, { x: 2, y: 1 }],
        [{ relabel: [{ id: 'a', label: 'y' }] }, { x: 1, y: 2 }],
        [{ remove: ['b'] }, { y: 2 }],
      ] as const;
      for (const [i, [change, expected]] of changes.entries()) {
        await writer.commit(change);
        const revision = await reader.revision();
        check(!seen.has(revision), `Commit ${i} of the other must change the revision.`);
        seen.add(revision);
        await counted({ ...(i > 0 && { own: i }), ...expected }, `after commit ${i} of the other`);
        // Its own commits are carried on from what it knows, which must be what is there.
        await reader.add([reference(`own ${i}`, 'own')]);
        await counted({ own: i + 1, ...expected }, 'with its own');
        seen.add(await reader.revision());
      }
    },
  },
  {
    name: 'sharing: pages stay whole while another writes',
    async run(fixture) {
      const stores = await openTwo(fixture);
      if (!stores) return;
      const [writer, reader] = stores;
      const steady = Array.from({ length: 40 }, (_, i) => `m${String(i).padStart(2, '0')}`);
      await insertAll(
        writer,
        steady.map((id) => reference(id, 'x')),
      );
      const write = async () => {
        for (let i = 0; i < 15; i++) {
          await insertAll(writer, [
            reference(`a${i}`, 'y'),
            reference(`m${i}+`, 'y'),
            reference(`z${i}`, 'y'),
          ]);
          if (i > 2) await writer.commit({ remove: [`a${i - 3}`] });
        }
      };
      await whileRunning([write()], async () => {
        const ids = idsOf(await everything(reader, 7));
        same(ids, [...new Set(ids)].sort(), 'All that was read, in order and once');
        same(
          ids.filter((id) => /^m\d\d$/.test(id)),
          steady,
          'References that were there all along',
        );
      });
    },
  },
];

/** Two stores at the test's place; undefined where there is nothing to share. */
async function openTwo({ openStore }: Fixture): Promise<[OpenStore, OpenStore] | undefined> {
  const one = await openStore();
  return one.capabilities.persistent ? [one, await openStore()] : undefined;
}

/** Looks again and again, at least once, until all of the work is done. */
async function whileRunning(
  work: readonly Promise<void>[],
  look: (round: number) => Promise<void>,
): Promise<void> {
  let isRunning = true;
  const done = Promise.all(work).finally(() => {
    isRunning = false;
  });
  // What fails meanwhile is told below.
  done.catch(() => {});
  try {
    for (let round = 0; isRunning || round === 0; round++) {
      await look(round);
      if (round % 20 === 19) await nextTask();
    }
  } finally {
    await done;
  }
}
