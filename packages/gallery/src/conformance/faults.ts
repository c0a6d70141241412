/** What goes wrong outside a store: the store's own test breaks it, the suite sees what becomes of the references. */
import type { Reference } from '@docclf/core';
import { openGallery as open } from '../gallery.ts';
import type { GalleryStore } from '../store.ts';
import { check, refused, same } from './assert.ts';
import { addAll, allOf, everything, sameReferences, sortedById } from './fixture.ts';
import { manyReferences, reference, space, towards } from './samples.ts';
import type { ConformanceCase, ConformanceFaults } from './types.ts';

/** The embedding space of all of the suite's stores. */
export const conformanceSpace = space;

const killReferences = 1000;
const killBatch = 10;

/**
 * For the process that `killDuringWrite` kills: writes 1,000 references in commits of 10, or of as many as
 * the store takes, and closes the store.
 *
 * @param report gets the number of references that are committed, first 0; write it synchronously to a pipe
 */
export async function writeUntilKilled(store: GalleryStore, report: (count: number) => void): Promise<void> {
  const gallery = await open(store, space);
  report(0);
  const batch = Math.min(killBatch, store.capabilities.maximumBatch);
  for (let i = 0; i < killReferences; i += batch) {
    await gallery.add(Array.from({ length: batch }, (_, j) => numbered(i + j)));
    report(i + batch);
  }
  await gallery.close();
}

const numbered = (i: number) =>
  reference(`r${String(i).padStart(4, '0')}`, `type/${i % 7}`, { metadata: { text: `${i} `.repeat(200) } });

/** Reads beside a fault: they are answered, refused with its code, or not tried, since it hits one commit only. */
const writeFaults: readonly {
  needs: Exclude<keyof ConformanceFaults, 'killDuringWrite'>;
  name: string;
  reads: 'answered' | 'refused' | 'not tried';
}[] = [
  {
    needs: 'loseConnection',
    name: 'faults: a connection lost in the middle of a commit',
    reads: 'not tried',
  },
  { needs: 'stopServer', name: 'faults: a server that is gone, and comes again', reads: 'refused' },
  { needs: 'fillDisk', name: 'faults: a full disk', reads: 'answered' },
  { needs: 'forbidWriting', name: 'faults: a place that may only be read', reads: 'answered' },
  { needs: 'lock', name: 'faults: a lock that another holds', reads: 'answered' },
];

export const faultCases: readonly ConformanceCase[] = [
  ...writeFaults.map(
    ({ needs, name, reads }): ConformanceCase => ({
      name,
      needs,
      async run({ place, faults, create, openGallery }) {
        const { code, start } = faults[needs]!;
        const gallery = await openGallery();
        const { exact, maximumBatch } = gallery.store.capabilities;
        await addAll(gallery, manyReferences(30, 41));
        const before = await allOf(gallery);
        same((await gallery.nearest(towards(1), 1)).length, 1, 'nearest before');
        const batch = largeReferences(Math.min(maximumBatch, 40), before);
        const mend = await start(place);
        try {
          await refused(code, 'Adding', () => gallery.add(batch, { existing: 'replace' }));
          if (reads === 'answered') {
            sameReferences(await allOf(gallery), before, exact, 'References meanwhile');
            same((await gallery.nearest(towards(1), 50)).length, before.length, 'nearest meanwhile');
          }
          if (reads === 'refused') {
            await refused(code, 'nearest', () => gallery.nearest(towards(1), 1));
            await refused(code, 'references', () => allOf(gallery));
            const store = await create();
            await refused(code, 'Opening', () => open(store, space));
          }
        } finally {
          await mend();
        }
        // An acknowledgement that was lost leaves all of it; nothing leaves a part.
        const after = await allOf(gallery);
        const isWritten = after.some(({ id }) => id === batch.at(-1)!.id);
        const whole = isWritten ? merge(before, batch) : before;
        sameReferences(after, whole, exact, 'References once it is mended');
        await gallery.add(batch, { existing: 'replace' });
        const fresh = gallery.store.capabilities.persistent ? await openGallery() : gallery;
        sameReferences(
          await allOf(fresh),
          merge(before, batch),
          exact,
          'References after the same call again',
        );
        same(
          (await gallery.nearest(towards(1), 100)).length,
          merge(before, batch).length,
          'nearest afterwards',
        );
      },
    }),
  ),
  {
    name: 'faults: a process killed during a write',
    needs: 'killDuringWrite',
    async run({ place, faults, openStore }) {
      const reported = await faults.killDuringWrite!(place);
      const store = await openStore();
      const { exact, maximumBatch, maximumCount } = store.capabilities;
      const stored = await everything(store);
      const written = stored.length;
      sameReferences(
        stored,
        Array.from({ length: written }, (_, i) => numbered(i)),
        exact,
        'What is left of the registration',
      );
      same(written % Math.min(killBatch, maximumBatch), 0, 'Half of a commit');
      check(written >= reported, `${reported} references were reported as written, ${written} are there.`);
      const query = { vector: towards(1), count: Math.min(killReferences, maximumCount) };
      same((await store.nearest(query)).length, Math.min(written, query.count), 'nearest');
      await store.commit({ insert: [reference('s', 'after')] });
      same((await everything(store)).length, written + 1, 'After a further write');
    },
  },
];

/** Together more than a few pages of any database; the last one is new, the others replace some. */
function largeReferences(count: number, stored: readonly Reference[]): Reference[] {
  return Array.from({ length: count }, (_, i) =>
    reference(i % 4 === 0 && i < count - 1 ? stored[i % stored.length]!.id : `new ${i}`, 'new', {
      metadata: { text: `${i} `.repeat(2000) },
      vector: towards(0.7),
    }),
  );
}

function merge(before: readonly Reference[], added: readonly Reference[]): Reference[] {
  const byId = new Map([...before, ...added].map((one) => [one.id, one]));
  return sortedById([...byId.values()]);
}
