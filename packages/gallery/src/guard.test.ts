import { DocclfError, type Reference } from '@docclf/core';
import { describe, expect, test } from 'vitest';
import { openGallery, type StoreGallery } from './gallery.ts';
import { createMemorySession, memoryCapabilities } from './memory.ts';

const space = { id: 'tiny/1', dimension: 2 };
const sound: Reference = {
  id: 'a',
  label: 'x',
  vector: Float32Array.of(1, 0),
  metadata: {},
  createdAt: '2024-05-06T07:08:09.000Z',
  sourceHash: null,
  attachments: {},
};

/** A gallery over a store into which somebody else has written. */
async function galleryWith(parts: object): Promise<StoreGallery> {
  const session = createMemorySession(space);
  await session.commit({ insert: [{ ...sound, ...parts } as Reference] });
  return openGallery(
    { contract: 2, name: 'shared', capabilities: memoryCapabilities, open: async () => session },
    space,
  );
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error) => (DocclfError.is(error) ? error.code : `other error: ${error}`),
  );
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

describe('what a store answers is checked as what is registered', () => {
  test('what is sound is answered', async () => {
    const gallery = await galleryWith({});
    expect(await gallery.get('a')).toEqual(sound);
    expect(await codeOf(drain(gallery.references()))).toBe('no error');
  });

  test.each([
    { label: 'a//b' },
    { label: 'e\u0301' },
    { metadata: [] },
    { createdAt: 'yesterday' },
    { createdAt: '2024-05-06T07:08:09Z' },
    { sourceHash: '' },
    { vector: Float32Array.of(1, 1) },
    { attachments: { '\n': Uint8Array.of(1) } },
  ])('%j is not', async (parts) => {
    const gallery = await galleryWith(parts);
    expect(await codeOf(drain(gallery.references()))).toBe('GALLERY_FILE_CORRUPT');
    expect(await codeOf(gallery.get('a'))).toBe('GALLERY_FILE_CORRUPT');
  });

  test('an id that none can have is not', async () => {
    expect(await codeOf(drain((await galleryWith({ id: '\u001b[31m' })).references()))).toBe(
      'GALLERY_FILE_CORRUPT',
    );
  });

  test('a label that none can have is neither counted nor found', async () => {
    const gallery = await galleryWith({ label: 'a//b' });
    expect(await codeOf(gallery.labels())).toBe('GALLERY_FILE_CORRUPT');
    expect(await codeOf(gallery.nearest(sound.vector, 1))).toBe('GALLERY_FILE_CORRUPT');
  });
});

describe('what a server answers that was altered is not taken', () => {
  /** A gallery over a session of which one method answers with something else. */
  function answering(method: string, answer: unknown): Promise<StoreGallery> {
    const session = { ...createMemorySession(space), [method]: async () => answer };
    return openGallery(
      { contract: 2, name: 'altered', capabilities: memoryCapabilities, open: async () => session },
      space,
    );
  }

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', undefined])(
    'a label with %s references',
    async (references) => {
      const gallery = await answering('labels', [{ label: 'x', references }]);
      expect(await codeOf(gallery.labels())).toBe('GALLERY_FILE_CORRUPT');
      expect(await codeOf(gallery.size())).toBe('GALLERY_FILE_CORRUPT');
    },
  );

  test.each([
    { id: 'a', label: 'x', cosine: Number.NaN },
    { id: 'a', label: 'x', cosine: 1.1 },
    { id: 'a', label: 'x', cosine: '1' },
    { id: 'a', label: 'x' },
    { id: 5, label: 'x', cosine: 1 },
    { label: 'x', cosine: 1 },
  ])('a neighbour %j', async (match) => {
    const gallery = await answering('nearest', [match]);
    expect(await codeOf(gallery.nearest(sound.vector, 1))).toBe('GALLERY_FILE_CORRUPT');
    expect(await codeOf(gallery.nearestLabels(sound.vector, 1))).toBe('GALLERY_FILE_CORRUPT');
  });

  test.each([null, undefined, 5, {}, { length: 9 }, 'x', [null], new Array(2)])(
    'a list that is %j',
    async (answer) => {
      for (const method of ['labels', 'nearest', 'find', 'page']) {
        const gallery = await answering(method, answer);
        const asked = { labels: () => gallery.labels(), nearest: () => gallery.nearest(sound.vector, 1) };
        const others = { find: () => gallery.get('a'), page: () => drain(gallery.references()) };
        const code = await codeOf({ ...asked, ...others }[method]!());
        expect([method, code]).toEqual([method, 'GALLERY_FILE_CORRUPT']);
      }
    },
  );

  test.each([undefined, null, 5, {}])('a revision that is %j', async (revision) => {
    const gallery = await answering('revision', revision);
    expect(await codeOf(gallery.labels())).toBe('GALLERY_FILE_CORRUPT');
  });
});
