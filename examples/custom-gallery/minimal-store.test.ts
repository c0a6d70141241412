import { readFile } from 'node:fs/promises';
import { galleryConformance } from '@docclf/gallery/conformance';
import { expect, test } from 'vitest';
import { createMinimalStore } from './minimal-store.ts';

galleryConformance({ test, name: 'minimal', createStore: createMinimalStore, report: console.log });

test('docs/adding-a-gallery.md shows this store as it is', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  expect(await read('../../docs/adding-a-gallery.md')).toContain(await read('minimal-store.ts'));
});
