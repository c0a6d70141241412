import { DocclfError, type ErrorCode, type NewReference, negativeLabel } from '@docclf/core';
import { describe, expect, test } from 'vitest';
import { createStoreWith } from '../test/faulty.ts';
import {
  createRandom,
  manyReferences,
  randomVector,
  slowNearest,
  towards,
  space as wide,
} from './conformance/samples.ts';
import { galleryConformance } from './conformance.ts';
import { createMemoryGallery, openGallery, type StoreGallery } from './gallery.ts';
import { createMemoryStore, memoryCapabilities } from './memory.ts';
import { exportGallery, importGallery } from './snapshot.ts';
import type { GalleryStore, NearestQuery, StoreCapabilities, StoreSession } from './store.ts';

const space = { id: 'tiny/1', dimension: 2 };
const vector = Float32Array.of(1, 0);
const reference = (id: string, label = 'x', parts: object = {}): NewReference => ({
  id,
  label,
  vector,
  ...parts,
});

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | string> {
  try {
    await work;
  } catch (error) {
    return DocclfError.is(error) ? error.code : `other error: ${error}`;
  }
  return 'no error';
}

async function contentOf(gallery: StoreGallery): Promise<string[]> {
  const content: string[] = [];
  for await (const { id, label } of gallery.references()) content.push(`${id} ${label}`);
  return content;
}

/** A memory store of fewer capabilities, which refuses what it disclaims. */
function createLimitedStore(limits: Partial<StoreCapabilities>) {
  const counted = { commits: 0, searches: 0, labels: 0 };
  const capabilities = { ...memoryCapabilities, ...limits };
  const refuse = (capability: string) =>
    new DocclfError('CAPABILITY_UNSUPPORTED', { store: 'limited', capability });
  const assertFilter = ({ within, labels }: Pick<NearestQuery, 'within' | 'labels'>) => {
    if ((within ?? labels) !== undefined && !capabilities.filter) throw refuse('filters');
  };
  const store = createStoreWith(
    (good) => ({
      async commit(changes) {
        const { remove = [], relabel = [], insert = [] } = changes;
        const touched = new Set([...remove, ...relabel.map(({ id }) => id), ...insert.map(({ id }) => id)]);
        if (touched.size > capabilities.maximumBatch) throw refuse(`${touched.size} changes`);
        if (
          !capabilities.attachments &&
          insert.some(({ attachments }) => Object.keys(attachments).length > 0)
        ) {
          throw refuse('attachments');
        }
        counted.commits++;
        await good.commit(changes);
      },
      async page(query) {
        assertFilter(query);
        return good.page(query);
      },
      async labels() {
        counted.labels++;
        return good.labels();
      },
      async nearest(query) {
        assertFilter(query);
        if (query.count > capabilities.maximumCount) throw refuse(`${query.count} matches`);
        if (query.distinct && !capabilities.distinct) throw refuse('distinct labels');
        counted.searches++;
        return good.nearest(query);
      },
    }),
    limits,
  );
  return Object.assign(store, { counted });
}

/** A memory store whose named call waits until it is let go. */
function createSlowStore(slow: 'commit' | 'nearest' | 'find' | 'page' | 'labels') {
  const log: string[] = [];
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const logged =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      log.push(`${name} starts`);
      if (name === slow) await until;
      const result = await call(...args);
      log.push(`${name} ends`);
      return result;
    };
  const store = createStoreWith((good) => ({
    commit: logged('commit', good.commit),
    nearest: logged('nearest', good.nearest),
    find: logged('find', good.find),
    page: logged('page', good.page),
    labels: logged('labels', good.labels),
    close: logged('close', good.close),
  }));
  return { store, log, letGo };
}

describe('a store of few capabilities passes the suite, so it answers as a full one', () => {
  const limits: Partial<StoreCapabilities>[] = [
    { filter: false },
    { attachments: false },
    { maximumBatch: 1 },
    { maximumBatch: 3 },
    { maximumCount: 1 },
    { maximumCount: 7 },
    { distinct: false },
    { distinct: false, maximumCount: 7 },
    { filter: false, attachments: false, maximumBatch: 1, maximumCount: 1, distinct: false },
  ];
  for (const limit of limits) {
    galleryConformance({ test, name: JSON.stringify(limit), createStore: () => createLimitedStore(limit) });
  }

  test.each(limits)('%j: the same matches, bit by bit', async (limit) => {
    const random = createRandom(1);
    const references = manyReferences(300, 2).map((one, i) => ({
      ...one,
      label: ['a', 'a/b', 'ab', 'c'][i % 7] ?? 'rare',
      // Every tenth vector is one of three, so that there are ties to cut.
      vector: i % 10 === 0 ? towards([0.1, 0.5, 0.9][i % 3]!) : one.vector,
    }));
    const full = await createMemoryGallery(wide);
    await full.add(references);
    const limited = await openGallery(createLimitedStore(limit), wide);
    for (const one of references) await limited.add([one]);
    for (const within of [undefined, 'a', 'a/b', 'ab', 'rare', 'none']) {
      for (const count of [1, 2, 3, 10, 299, 1000]) {
        const probe = count === 3 ? towards(1) : randomVector(random);
        for (const method of ['nearest', 'nearestLabels'] as const) {
          const expected = (await full[method](probe, count, { within })).map(({ id, label }) => ({
            id,
            label,
          }));
          const found = await limited[method](probe, count, { within });
          expect(
            found.map(({ id, label }) => ({ id, label })),
            `${method} ${count} ${within}`,
          ).toEqual(expected);
        }
      }
    }
  });
});

describe('a search asks no more of the store than it must', () => {
  test('in a gallery of one label, the second label is not searched for', async () => {
    const store = createLimitedStore({ distinct: false });
    const gallery = await openGallery(store, wide);
    await gallery.add(manyReferences(500, 3).map((one) => ({ ...one, label: 'only' })));
    expect(await gallery.nearestLabels(towards(1), 5)).toHaveLength(1);
    expect(store.counted.searches).toBe(1);
  });

  test('a small label in a store without filters is complete when all of it is found', async () => {
    const store = createLimitedStore({ filter: false });
    const gallery = await openGallery(store, wide);
    const references = manyReferences(500, 4);
    const truth = slowNearest(references, towards(1));
    const near = new Set(truth.slice(0, 3).map(({ id }) => id));
    await gallery.add(references.map((one) => ({ ...one, label: near.has(one.id) ? 'small' : 'large' })));
    expect(await gallery.nearest(towards(1), 5, { within: 'small' })).toHaveLength(3);
    expect(store.counted.searches).toBe(1);
    expect(await gallery.nearest(towards(1), 5, { within: 'nobody' })).toEqual([]);
    expect(store.counted.searches).toBe(2);
  });
});

describe('opening', () => {
  test('a store for another release is refused', async () => {
    const store = { ...createMemoryStore(), contract: 1 } as unknown as GalleryStore;
    expect(await codeOf(openGallery(store, space))).toBe('INVALID_ARGUMENT');
  });

  test.each([
    { id: 'other/1', dimension: 2 },
    { id: 'tiny/1', dimension: 3 },
  ])('a store of %j is refused and closed', async (bound) => {
    let closed = 0;
    const close = async () => void closed++;
    const store = createStoreWith(() => ({ space: bound, close }));
    expect(await codeOf(openGallery(store, space))).toBe('GALLERY_SPACE_MISMATCH');
    expect(closed).toBe(1);
  });
});

describe('what a store throws', () => {
  const broken = new Error('disk on fire');
  const failing = (part: Partial<StoreSession>) =>
    openGallery(
      createStoreWith(() => part),
      space,
    );
  const fail = () => Promise.reject(broken);
  const failAtOnce = () => {
    throw broken;
  };

  test.each([
    ['find references', 'find', (gallery: StoreGallery) => gallery.get('a')],
    ['find references', 'find', (gallery: StoreGallery) => gallery.add([reference('a')])],
    ['write references', 'commit', (gallery: StoreGallery) => gallery.add([reference('a')])],
    ['search', 'nearest', (gallery: StoreGallery) => gallery.nearest(vector, 1)],
    ['list labels', 'labels', (gallery: StoreGallery) => gallery.size()],
    ['read the revision', 'revision', (gallery: StoreGallery) => gallery.labels()],
    ['read the revision', 'revision', (gallery: StoreGallery) => gallery.revision()],
    ['find references', 'find', (gallery: StoreGallery) => gallery.getMany(['a'])],
    ['purge', 'purge', (gallery: StoreGallery) => gallery.purge()],
    ['read references', 'page', (gallery: StoreGallery) => contentOf(gallery)],
    ['read references', 'page', (gallery: StoreGallery) => gallery.remove({ label: 'x' })],
    ['close', 'close', (gallery: StoreGallery) => gallery.close()],
  ] as const)('comes as STORE_FAILED: %s', async (operation, member, call) => {
    for (const failure of [fail, failAtOnce]) {
      const gallery = await failing({ [member]: failure });
      await expect(call(gallery)).rejects.toMatchObject({
        code: 'STORE_FAILED',
        details: { store: 'memory', operation },
        cause: broken,
      });
    }
  });

  test('at opening too', async () => {
    expect(await codeOf(openGallery({ ...createMemoryStore(), open: fail }, space))).toBe('STORE_FAILED');
  });

  test('keeps its code when it has one', async () => {
    const locked = new DocclfError('GALLERY_LOCKED', { gallery: 'file', holder: 'process 7' });
    const gallery = await failing({ commit: () => Promise.reject(locked) });
    await expect(gallery.add([reference('a')])).rejects.toBe(locked);
  });

  test('does not stop the writes that follow', async () => {
    let calls = 0;
    const store = createStoreWith((good) => ({
      commit: (changes) => (calls++ === 0 ? fail() : good.commit(changes)),
    }));
    const gallery = await openGallery(store, space);
    const outcomes = await Promise.allSettled([gallery.add([reference('a')]), gallery.add([reference('b')])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await contentOf(gallery)).toEqual(['b x']);
  });
});

describe('the facts of errors', () => {
  test.each([
    ['REFERENCE_EXISTS', { id: 'a', label: 'x' }, (g: StoreGallery) => g.add([reference('a')])],
    [
      'REFERENCE_EXISTS',
      { id: 'n', label: 'x' },
      (g: StoreGallery) => g.add([reference('n'), reference('n')]),
    ],
    [
      'LABEL_CONFLICT',
      { id: 'a', existing: 'x', requested: 'y' },
      (g: StoreGallery) => g.add([reference('n', 'y', { sourceHash: 'h' })]),
    ],
    [
      'LABEL_CONFLICT',
      { id: 'm', existing: 'y', requested: 'z' },
      (g: StoreGallery) =>
        g.add([reference('m', 'y', { sourceHash: 's' }), reference('n', 'z', { sourceHash: 's' })]),
    ],
    ['LABEL_NOT_FOUND', { label: 'none' }, (g: StoreGallery) => g.rename('none', 'y')],
    ['LABEL_NOT_FOUND', { label: 'none' }, (g: StoreGallery) => g.remove({ label: 'none' })],
    ['LABEL_EXISTS', { label: 'y', references: 1 }, (g: StoreGallery) => g.rename('x', 'y')],
    ['REFERENCE_NOT_FOUND', { id: 'none' }, (g: StoreGallery) => g.remove({ id: 'none' })],
    ['VECTOR_DIMENSION', { expected: 2, received: 1 }, (g: StoreGallery) => g.nearest(Float32Array.of(1), 1)],
    ['INVALID_ARGUMENT', { argument: 'count' }, (g: StoreGallery) => g.nearest(vector, 1.5)],
    ['INVALID_ARGUMENT', { argument: 'count' }, (g: StoreGallery) => g.nearestLabels(vector, Number.NaN)],
    [
      'INVALID_ARGUMENT',
      { argument: 'existing', expected: 'one of error, keep, replace' },
      (g: StoreGallery) => g.add([reference('a')], { existing: 'overwrite' as 'replace' }),
    ],
    ['LABEL_EMPTY', {}, (g: StoreGallery) => g.nearest(vector, 1, { within: '' })],
    ['LABEL_INVALID', {}, (g: StoreGallery) => g.rename('x', 'a//b')],
    ['LABEL_TOO_LONG', {}, (g: StoreGallery) => g.rename('deep', 'n'.repeat(498))],
  ] as const)('%s %j', async (code, details, call) => {
    const gallery = await createMemoryGallery(space);
    await gallery.add([
      reference('a', 'x', { sourceHash: 'h' }),
      reference('b', 'y'),
      reference('c', 'deep/er'),
    ]);
    const before = await contentOf(gallery);
    const error = await call(gallery).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, details });
    // No vector and no thumbnail travels in an error.
    expect(Object.keys((error as DocclfError).details)).not.toContain('vector');
    expect(await contentOf(gallery)).toEqual(before);
  });

  test('more references than the store takes at once', async () => {
    const gallery = await openGallery(createLimitedStore({ maximumBatch: 2 }), space);
    await gallery.add([reference('a'), reference('b')]);
    await gallery.add([reference('a', 'y'), reference('b', 'y')], { existing: 'replace' });
    await expect(gallery.add(['c', 'd', 'e'].map((id) => reference(id)))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'references', expected: 'at most 2 at once', received: '3' },
    });
    expect(await contentOf(gallery)).toEqual(['a y', 'b y']);
  });
});

describe('writes', () => {
  test('wait for one another, and reads for none', async () => {
    const { store, log, letGo } = createSlowStore('commit');
    const gallery = await openGallery(store, space);
    const first = gallery.add([reference('a')]);
    const second = gallery.rename('x', 'y');
    expect(await gallery.nearest(vector, 1)).toEqual([]);
    expect(log).toContain('commit starts');
    expect(log).not.toContain('page starts');
    letGo();
    expect([(await first).length, await second]).toEqual([1, 1]);
    expect(await contentOf(gallery)).toEqual(['a y']);
  });

  test('that are aborted while they wait do nothing; one that runs is not stopped', async () => {
    const { store, letGo } = createSlowStore('commit');
    const gallery = await openGallery(store, space);
    const controller = new AbortController();
    const { signal } = controller;
    const first = gallery.add([reference('a')], { signal });
    const second = gallery.add([reference('b')], { signal });
    // The first write has begun once its turn has come.
    await Promise.resolve();
    controller.abort(new Error('the user left'));
    letGo();
    await first;
    await expect(second).rejects.toMatchObject({
      code: 'ABORTED',
      details: { operation: 'Writing to the gallery' },
      cause: { message: 'the user left' },
    });
    expect(await contentOf(gallery)).toEqual(['a x']);
  });

  test('of many references are renamed and removed in as few commits as may be', async () => {
    const store = createLimitedStore({ maximumBatch: 4 });
    const gallery = await openGallery(store, space);
    const ids = Array.from({ length: 10 }, (_, i) => `r${i}`);
    for (const id of ids) await gallery.add([reference(id)]);
    store.counted.commits = 0;
    expect(await gallery.rename('x', 'y')).toBe(10);
    expect(store.counted.commits).toBe(3);
    expect(await gallery.remove({ label: 'y' })).toBe(10);
    expect(store.counted.commits).toBe(6);
    expect(await gallery.size()).toBe(0);
  });

  test('walk through more than one page', async () => {
    const gallery = await createMemoryGallery(space);
    const ids = Array.from({ length: 1234 }, (_, i) => `r${String(i).padStart(4, '0')}`);
    await gallery.add(ids.map((id) => reference(id)));
    expect(await gallery.rename('x', 'y')).toBe(1234);
    expect(await contentOf(gallery)).toEqual(ids.map((id) => `${id} y`));
    expect(await gallery.remove({ label: 'y' })).toBe(1234);
  });
});

describe('reads', () => {
  test.each([
    ['nearest', 'nearest'],
    ['nearestLabels', 'nearest'],
  ] as const)('%s can be abandoned while the store is busy', async (method, member) => {
    const { store, log, letGo } = createSlowStore(member);
    const gallery = await openGallery(store, space);
    const controller = new AbortController();
    const search = gallery[method](vector, 1, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(search)).toBe('ABORTED');
    // Closing waits for what was abandoned: the store is still busy with it.
    const closing = gallery.close();
    letGo();
    await closing;
    expect(log).toEqual(['nearest starts', 'nearest ends', 'close starts', 'close ends']);
  });

  test('a walk can be abandoned between and within pages', async () => {
    const gallery = await createMemoryGallery(space);
    await gallery.add(Array.from({ length: 1200 }, (_, i) => reference(`r${i}`)));
    const controller = new AbortController();
    let seen = 0;
    const walk = async () => {
      for await (const _ of gallery.references({ signal: controller.signal })) {
        if (++seen === 3) controller.abort();
      }
    };
    expect(await codeOf(walk())).toBe('ABORTED');
    expect(seen).toBeLessThanOrEqual(500);
  });

  test('leave no listener on a signal that lives on', async () => {
    const gallery = await createMemoryGallery(space);
    await gallery.add([reference('a')]);
    let listeners = 0;
    const { signal } = new AbortController();
    const counting = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') return () => listeners++;
        if (key === 'removeEventListener') return () => listeners--;
        return Reflect.get(target, key, target);
      },
    });
    await gallery.nearest(vector, 1, { signal: counting });
    expect(await codeOf(gallery.nearest(vector, 0, { signal: counting }))).toBe('INVALID_ARGUMENT');
    expect(listeners).toBe(0);
  });
});

describe('closing', () => {
  test('waits for reads and writes, those that wait included', async () => {
    const { store, log, letGo } = createSlowStore('commit');
    const gallery = await openGallery(store, space);
    const work = [gallery.add([reference('a')]), gallery.rename('x', 'y'), gallery.remove({ label: 'y' })];
    const closing = gallery.close();
    expect(await codeOf(gallery.size())).toBe('CLOSED');
    letGo();
    expect((await Promise.all(work)).length).toBe(3);
    await closing;
    expect(log[log.length - 1]).toBe('close ends');
    expect(log.filter((line) => line === 'close starts')).toHaveLength(1);
  });

  test('twice is closing once, also when it fails', async () => {
    let closed = 0;
    const close = async () => void closed++;
    const gallery = await openGallery(
      createStoreWith(() => ({ close })),
      space,
    );
    await Promise.all([gallery.close(), gallery.close()]);
    await gallery.close();
    expect(closed).toBe(1);
  });

  test('ends a walk that is under way', async () => {
    const gallery = await createMemoryGallery(space);
    await gallery.add(Array.from({ length: 600 }, (_, i) => reference(`r${i}`)));
    const walk = async () => {
      for await (const _ of gallery.references()) await gallery.close();
    };
    expect(await codeOf(walk())).toBe('CLOSED');
  });
});

describe('renaming', () => {
  const renamed = async (labels: string[], from: string, to: string, merge = false) => {
    const gallery = await createMemoryGallery(space);
    await gallery.add(labels.map((label, i) => reference(String(i), label)));
    const result = await gallery.rename(from, to, { merge }).catch((error) => error.code);
    return [result, (await contentOf(gallery)).map((line) => line.slice(2))];
  };

  test.each([
    ['to itself', ['a', 'a/b'], 'a', 'a', 2, ['a', 'a/b']],
    ['below itself', ['a', 'a/b'], 'a', 'a/b', 2, ['a/b', 'a/b/b']],
    ['above itself', ['a/b', 'a/b/c'], 'a/b', 'a', 2, ['a', 'a/c']],
    ['above itself, onto what is there', ['a/b', 'a'], 'a/b', 'a', 'LABEL_EXISTS', ['a/b', 'a']],
    ['by a sub-label that would collide', ['a/b', 'c/b'], 'a', 'c', 'LABEL_EXISTS', ['a/b', 'c/b']],
    ['onto a branch without a collision', ['a/b', 'c/d'], 'a', 'c', 'LABEL_EXISTS', ['a/b', 'c/d']],
    ['beside another of a branch', ['a', 'c/d'], 'a', 'c/b', 1, ['c/b', 'c/d']],
    ['above itself, where another stays', ['a/b', 'a/c'], 'a/b', 'a', 'LABEL_EXISTS', ['a/b', 'a/c']],
    ['a label that has only sub-labels', ['a/b'], 'a', 'c', 1, ['c/b']],
    ['a name that another begins with', ['a', 'ab', 'a b'], 'a', 'c', 1, ['c', 'ab', 'a b']],
    ['in another Unicode form', ['é'], 'e\u0301', 'e\u0302', 1, ['ê']],
  ] as const)('%s', async (_, labels, from, to, result, content) => {
    expect(await renamed([...labels], from, to)).toEqual([result, content]);
  });

  test('merges when told to', async () => {
    expect(await renamed(['a/b', 'c/d'], 'a', 'c', true)).toEqual([1, ['c/b', 'c/d']]);
    expect(await renamed(['a', 'a/b', 'c', 'c/b'], 'a', 'c', true)).toEqual([2, ['c', 'c/b', 'c', 'c/b']]);
  });
});

test('ids that no store can hold are not asked for', async () => {
  const store = createStoreWith(() => ({ find: () => Promise.reject(new Error('NUL')) }));
  const gallery = await openGallery(store, space);
  for (const id of ['a\u0000', '\ud800', '', 'x'.repeat(201)]) {
    expect(await gallery.get(id)).toBeUndefined();
    expect(await gallery.getMany([id, id])).toEqual([]);
    expect(await codeOf(gallery.remove({ id }))).toBe('REFERENCE_NOT_FOUND');
  }
});

test('scores lie in [0, 1] whatever rounding does to cosines', async () => {
  const gallery = await createMemoryGallery(space);
  const long = Float32Array.of(1.0005, 0);
  await gallery.add([
    reference('a', 'x', { vector: long }),
    reference('b', 'y', { vector: Float32Array.of(-1.0005, 0) }),
  ]);
  expect((await gallery.nearest(long, 2)).map(({ score }) => score)).toEqual([1, 0]);
});

describe('negative references', () => {
  test('are found and listed, counted and exported, and are no label', async () => {
    const gallery = await createMemoryGallery(space);
    await gallery.add([reference('1', 'x'), reference('2', negativeLabel), reference('3', negativeLabel)]);
    expect(await gallery.labels()).toEqual([{ label: 'x', references: 1 }]);
    expect(await gallery.size()).toBe(3);
    const labels = (await gallery.nearestLabels(vector, 5)).map(({ label }) => label);
    expect(labels).toEqual(['x', negativeLabel]);
    expect(await gallery.nearest(vector, 5, { within: negativeLabel })).toHaveLength(2);
    const copy = await createMemoryGallery(space);
    expect(await importGallery(copy, await exportGallery(gallery))).toBe(3);
    expect(await contentOf(copy)).toEqual(await contentOf(gallery));
    expect(await gallery.remove({ id: '2' })).toBe(1);
  });

  test('take no label and give none', async () => {
    const gallery = await createMemoryGallery(space);
    await gallery.add([reference('1', 'x'), reference('2', negativeLabel)]);
    expect(await codeOf(gallery.rename(negativeLabel, 'y'))).toBe('LABEL_INVALID');
    expect(await codeOf(gallery.rename('x', negativeLabel))).toBe('LABEL_INVALID');
    expect(await codeOf(gallery.add([reference('3', './x')]))).toBe('LABEL_INVALID');
    const twice = [
      reference('4', 'x', { sourceHash: 'h' }),
      reference('5', negativeLabel, { sourceHash: 'h' }),
    ];
    expect(await codeOf(gallery.add(twice))).toBe('LABEL_CONFLICT');
  });
});
