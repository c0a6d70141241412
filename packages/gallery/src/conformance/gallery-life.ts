/** What a gallery promises of calls that meet, are given up, or come after it was closed. */
import { openGallery as open } from '../gallery.ts';
import { check, refused, same } from './assert.ts';
import { addAll, allOf, idsOf, sameReferences } from './fixture.ts';
import {
  createRandom,
  manyReferences,
  nextTask,
  randomVector,
  reference,
  space,
  towards,
} from './samples.ts';
import type { ConformanceCase } from './types.ts';

export const galleryLifeCases: readonly ConformanceCase[] = [
  {
    name: 'gallery: reads beside writes see each commit whole',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const pairs = 15;
      const { maximumBatch } = gallery.store.capabilities;
      const random = createRandom(13);
      const writes = Array.from({ length: pairs }, (_, i) => {
        const pair = ['x', 'y'].map((label) =>
          reference(`${label}${i}`, label, { vector: randomVector(random) }),
        );
        return maximumBatch > 1 ? gallery.add(pair) : Promise.all(pair.map((one) => gallery.add([one])));
      });
      let writing = true;
      const done = Promise.all(writes).finally(() => {
        writing = false;
      });
      for (let round = 0; writing; round++) {
        // Each time at another moment of the writes.
        for (let i = 0; i < round % 11; i++) await undefined;
        if (round % 20 === 19) await nextTask();
        const counts = await gallery.labels();
        const found = await gallery.nearest(towards(1), 2 * pairs);
        check(
          found.every(({ score }, i) => i === 0 || score <= found[i - 1]!.score),
          'Matches out of order during writes.',
        );
        same(new Set(idsOf(found)).size, found.length, 'Different matches during writes');
        if (maximumBatch === 1) continue;
        same(counts[0]?.references, counts[1]?.references, 'Labels that are written in pairs');
        same(found.length % 2, 0, 'Half of a pair among the matches');
      }
      await done;
      same(await gallery.size(), 2 * pairs, 'size');
    },
  },
  {
    name: 'gallery: of two writers of one id, one wins',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const attempts = ['x', 'x', 'y', 'x'].map((label) => gallery.add([reference('a', label)]));
      const outcomes = await Promise.allSettled(attempts);
      same(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'rejected'],
        'Outcomes',
      );
      await refused('REFERENCE_EXISTS', 'The second', () => attempts[1]);
      same(await gallery.labels(), [{ label: 'x', references: 1 }], 'labels');
      const moves = [gallery.rename('x', 'y'), gallery.rename('y', 'z'), gallery.remove({ label: 'z' })];
      same(await Promise.all(moves), [1, 1, 1], 'Writes in the order in which they were asked for');
      same(await gallery.size(), 0, 'size');
    },
  },
  {
    name: 'gallery: an aborted call does nothing',
    async run({ openGallery }) {
      const gallery = await openGallery();
      await gallery.add([reference('a', 'x')]);
      const { signal, abort } = createAbort();
      const late = gallery.nearest(towards(1), 1, { signal });
      abort();
      await refused('ABORTED', 'A search while it runs', () => late);
      await refused('ABORTED', 'add', () => gallery.add([reference('b', 'x')], { signal }));
      await refused('ABORTED', 'nearest', () => gallery.nearest(towards(1), 1, { signal }));
      await refused('ABORTED', 'nearestLabels', () => gallery.nearestLabels(towards(1), 1, { signal }));
      await refused('ABORTED', 'references', () =>
        gallery.references({ signal })[Symbol.asyncIterator]().next(),
      );
      same(idsOf(await allOf(gallery)), ['a'], 'References afterwards');
      same(idsOf(await gallery.nearest(towards(1), 1)), ['a'], 'nearest afterwards');
    },
  },
  {
    name: 'gallery: closes once its calls are done, and refuses more',
    async run({ openGallery, close }) {
      const gallery = await openGallery();
      const vector = towards(1);
      const running = [
        gallery.add([reference('a', 'x')]),
        gallery.rename('x', 'y'),
        gallery.nearest(vector, 1),
        gallery.size(),
      ];
      const closing = close(gallery);
      await Promise.all(running);
      await closing;
      await gallery.close();
      const calls: Record<string, () => Promise<unknown>> = {
        add: () => gallery.add([reference('b', 'x')]),
        nearest: () => gallery.nearest(vector, 1),
        nearestLabels: () => gallery.nearestLabels(vector, 1),
        get: () => gallery.get('a'),
        references: () => allOf(gallery),
        labels: () => gallery.labels(),
        rename: () => gallery.rename('y', 'z'),
        remove: () => gallery.remove({ id: 'a' }),
        size: () => gallery.size(),
      };
      for (const [name, call] of Object.entries(calls)) await refused('CLOSED', `${name} after close`, call);
    },
  },
  {
    name: 'gallery: is there when opened again, and refuses another embedding space',
    async run({ create, openGallery, close }) {
      const gallery = await openGallery();
      const { persistent, exact } = gallery.store.capabilities;
      const references = manyReferences(10, 14);
      await addAll(gallery, references);
      await gallery.rename('type-0', 'moved');
      const before = await allOf(gallery);
      await close(gallery);
      if (persistent) {
        const other = { id: 'another/1', dimension: space.dimension };
        const store = await create();
        await refused('GALLERY_SPACE_MISMATCH', 'Another embedding space', () => open(store, other));
      }
      const reopened = await openGallery();
      sameReferences(await allOf(reopened), persistent ? before : [], exact, 'When opened again');
    },
  },
];

function createAbort(): { signal: AbortSignal; abort(): void } {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      reason: 'the suite',
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    } as AbortSignal,
    abort() {
      aborted = true;
      for (const listener of listeners) listener();
    },
  };
}
