import type { Reference } from '@docclf/core';
import { expect, test } from 'vitest';
import { galleryConformance } from './conformance.ts';
import { createMemoryStore } from './memory.ts';

const reference = (id: string): Reference => ({
  id,
  label: 'x',
  vector: Float32Array.of(1, 0),
  metadata: {},
  createdAt: '2024-05-06T07:08:09.123Z',
  sourceHash: null,
  attachments: {},
});

galleryConformance({
  test,
  name: 'memory',
  scale: Number(globalThis.process?.env.DOCCLF_CONFORMANCE_SCALE ?? 2000),
  report: console.log,
  createStore: createMemoryStore,
});

test('each opening is a gallery of its own', async () => {
  const store = createMemoryStore();
  const one = await store.open({ id: 'one', dimension: 2 });
  const two = await store.open({ id: 'two', dimension: 3 });
  expect([one.space, two.space]).toEqual([
    { id: 'one', dimension: 2 },
    { id: 'two', dimension: 3 },
  ]);
  await one.commit({ insert: [reference('a')] });
  expect(await one.labels()).toEqual([{ label: 'x', references: 1 }]);
  expect(await two.labels()).toEqual([]);
});

test('a large commit lets others through, and is seen by them whole or not at all', async () => {
  const session = await createMemoryStore().open({ id: 'one', dimension: 2 });
  const count = 60_000;
  let isWriting = true;
  let timers = 0;
  const insert = Array.from({ length: count }, (_, i) => reference(`r${i}`));
  const writing = session.commit({ insert }).finally(() => {
    isWriting = false;
  });
  const seen: number[] = [];
  while (isWriting) {
    await new Promise<void>((resolve) => void setTimeout(resolve));
    if (isWriting) timers++;
    // Not awaited: it may have to wait for the end.
    session.labels().then(([label]) => seen.push(label?.references ?? 0));
  }
  await writing;
  expect(timers).toBeGreaterThan(0);
  expect(new Set([...seen, (await session.labels())[0]!.references])).toEqual(new Set([count]));
});
