import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGallery } from '@docclf/gallery';
import { galleryConformance } from '@docclf/gallery/conformance';
import { afterAll, expect, test } from 'vitest';
import { createFolderStore } from './folder-store.ts';

const folder = await mkdtemp(join(tmpdir(), 'docclf-folder-store-'));
afterAll(() => rm(folder, { recursive: true }));

galleryConformance({
  test,
  name: 'folder',
  createStore: (place) => createFolderStore(join(folder, place)),
  // Every search reads every file.
  scale: 200,
  report: console.log,
});

// What is peculiar to this store comes after the suite.

test('two galleries over one folder see what the other wrote', async () => {
  const space = { id: 'tiny/1', dimension: 2 };
  const open = () => openGallery(createFolderStore(join(folder, 'shared')), space);
  const [first, second] = [await open(), await open()];
  await first.add([{ id: 'a', label: 'acme/form', vector: Float32Array.of(1, 0) }]);
  expect(await second.nearest(Float32Array.of(0, 1), 1)).toEqual([
    { id: 'a', label: 'acme/form', score: 0.5 },
  ]);
  await second.rename('acme', 'apex');
  expect(await first.labels()).toEqual([{ label: 'apex/form', references: 1 }]);
  const race = [first, second].map((gallery) =>
    gallery.add([{ id: 'b', label: 'apex/form', vector: Float32Array.of(0, 1) }]),
  );
  const outcomes = (await Promise.allSettled(race)).map(({ status }) => status);
  expect(outcomes.sort()).toEqual(['fulfilled', 'rejected']);
  await first.close();
  await second.close();
});

test('nothing half-written is left behind', async () => {
  const store = createFolderStore(join(folder, 'tidy'));
  const gallery = await openGallery(store, { id: 'tiny/1', dimension: 2 });
  await gallery.add([{ id: 'a', label: 'x', vector: Float32Array.of(1, 0) }]);
  await gallery.add([{ id: 'a', label: 'x', vector: Float32Array.of(1, 0) }]).catch(() => {});
  expect((await readdir(join(folder, 'tidy'))).map((file) => file.replace(/^[0-9a-f]{64}/, 'hash'))).toEqual([
    expect.stringMatching(/^hash\.reference\.json$/),
    'space.json',
  ]);
  await gallery.close();
});
