/** The published suite, in a real browser. */
import { galleryConformance } from '@docclf/gallery/conformance';
import { test } from 'vitest';
import { createIndexedDbStore } from '../src/index.ts';

const run = crypto.randomUUID();

galleryConformance({
  test,
  name: 'indexeddb',
  createStore: (place) => createIndexedDbStore({ name: `${run} ${place}` }),
});
