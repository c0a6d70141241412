import { expect, test } from 'vitest';
import { galleryConformance } from './conformance.ts';
import { createMemoryStore } from './memory.ts';

galleryConformance({
  test,
  name: 'memory',
  scale: Number(globalThis.process?.env.DOCCLF_CONFORMANCE_SCALE ?? 2000),
  report: console.log,
  createStore: createMemoryStore,
});

test('a memory store keeps the embedding space that it was opened with first', async () => {
  const store = createMemoryStore();
  const space = { id: 'one', dimension: 2 };
  expect(await store.open(space)).toEqual(space);
  expect(await store.open({ id: 'two', dimension: 3 })).toEqual(space);
});
