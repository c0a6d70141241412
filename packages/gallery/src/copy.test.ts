import { createHash } from 'node:crypto';
import { DocclfError, type Reference } from '@docclf/core';
import { describe, expect, it } from 'vitest';
import { createStoreWith } from '../test/faulty.ts';
import { manyReferences, reference, space, towards } from './conformance/samples.ts';
import { type CopyProgress, copyGallery } from './copy.ts';
import { openGallery, type StoreGallery } from './gallery.ts';
import type { StoreCapabilities, StoreSession } from './store.ts';

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((thrown: unknown) => thrown);
  return DocclfError.is(error) ? error.code : error;
};

/** A gallery over a memory store of which some methods are other ones. */
async function galleryOf(
  references: readonly Reference[] = [],
  change: (store: StoreSession) => Partial<StoreSession> = () => ({}),
  bound = space,
  claims: Partial<StoreCapabilities> = {},
): Promise<StoreGallery> {
  const gallery = await openGallery(createStoreWith(change, claims), bound);
  await gallery.add(references);
  return gallery;
}

async function everything(gallery: StoreGallery): Promise<Reference[]> {
  const all: Reference[] = [];
  for await (const one of gallery.references()) all.push(one);
  return all;
}

const rich = reference('rich', 'a/b', {
  metadata: { b: [1, { d: null, c: 'x' }], a: '"' },
  sourceHash: 'f'.repeat(64),
  attachments: { thumbnail: Uint8Array.of(1, 2, 3), second: new Uint8Array(0) },
});

describe('copyGallery', () => {
  it('copies every reference as it is, in batches, and tells the progress', async () => {
    const references = [...manyReferences(4500, 3), rich];
    const source = await galleryOf(references);
    const sizes: number[] = [];
    const target = await galleryOf([], (store) => ({
      commit: (changes) => {
        sizes.push(changes.insert?.length ?? 0);
        return store.commit(changes);
      },
    }));
    const steps: CopyProgress[] = [];
    const report = await copyGallery(source, target, { onProgress: (step) => steps.push(step) });
    expect(report).toMatchObject({ references: 4501, written: 4501, kept: 0, others: 0 });
    expect(await everything(target)).toEqual(await everything(source));
    // The first commit is that of the empty gallery's own references.
    expect(sizes).toEqual([2000, 2000, 501]);
    expect(steps.filter(({ step }) => step === 'copy').map(({ done, total }) => [done, total])).toEqual([
      [2000, 4501],
      [4000, 4501],
      [4501, 4501],
    ]);
    expect(steps.at(-1)).toEqual({ step: 'verify', done: 4501, total: 4501 });
  });

  it('has the checksum of one reference that its documentation says', async () => {
    const report = await copyGallery(await galleryOf([rich]), await galleryOf());
    const metadata = [
      ['a', '"'],
      [
        'b',
        [
          1,
          [
            ['c', 'x'],
            ['d', null],
          ],
        ],
      ],
    ];
    const lengths = [
      ['second', 0],
      ['thumbnail', 3],
    ];
    const facts = ['rich', 'a/b', rich.createdAt, rich.sourceHash, metadata, 32, lengths];
    const expected = createHash('sha256')
      .update(JSON.stringify(facts))
      .update(Buffer.from(towards(0.5).buffer))
      .update(Buffer.from([1, 2, 3]))
      .digest('hex');
    expect(report.checksum).toBe(expected);
  });

  it('goes on where it was interrupted, and writes nothing twice', async () => {
    const source = await galleryOf(manyReferences(5000, 4));
    const target = await galleryOf();
    const controller = new AbortController();
    const interrupted = copyGallery(source, target, {
      signal: controller.signal,
      onProgress: ({ step }) => step === 'copy' && controller.abort(),
    });
    expect(await codeOf(interrupted)).toBe('ABORTED');
    expect(await target.size()).toBe(2000);
    const report = await copyGallery(source, target);
    expect(report).toMatchObject({ references: 5000, written: 3000 });
    expect(await copyGallery(source, target)).toEqual({ ...report, written: 0 });
  });

  it('keeps to the batches of the target', async () => {
    const target = await galleryOf([], () => ({}), space, { maximumBatch: 7 });
    expect(await copyGallery(await galleryOf(manyReferences(50, 5)), target)).toMatchObject({ written: 50 });
  });

  it('leaves what else the target has, and asks what to do with what differs', async () => {
    const source = await galleryOf([reference('a', 'new'), reference('b', 'same'), reference('c', 'added')]);
    const make = () => galleryOf([reference('a', 'old'), reference('b', 'same'), reference('z', 'other')]);
    const refused = await make();
    expect(await codeOf(copyGallery(source, refused))).toBe('REFERENCE_EXISTS');
    expect(await everything(refused)).toEqual(await everything(await make()));

    const labels = async (gallery: StoreGallery) => (await everything(gallery)).map(({ label }) => label);
    const kept = await make();
    expect(await copyGallery(source, kept, { existing: 'keep' })).toMatchObject({
      references: 3,
      written: 1,
      kept: 1,
      others: 1,
    });
    expect(await labels(kept)).toEqual(['old', 'same', 'added', 'other']);
    const replaced = await make();
    expect(await copyGallery(source, replaced, { existing: 'replace' })).toMatchObject({
      references: 3,
      written: 2,
      kept: 0,
      others: 1,
    });
    expect(await labels(replaced)).toEqual(['new', 'same', 'added', 'other']);
  });

  it('takes attachments along, or not', async () => {
    const source = await galleryOf([rich]);
    const bare = await galleryOf();
    const report = await copyGallery(source, bare, { attachments: false });
    expect(await everything(bare)).toEqual([{ ...rich, attachments: {} }]);
    expect((await copyGallery(source, await galleryOf())).checksum).not.toBe(report.checksum);
    const without = await galleryOf([], () => ({}), space, { attachments: false });
    expect(await codeOf(copyGallery(source, without))).toBe('CAPABILITY_UNSUPPORTED');
    expect(await without.size()).toBe(0);
    expect(await copyGallery(source, without, { attachments: false })).toMatchObject({ written: 1 });
  });

  it('mixes no two embedding spaces', async () => {
    const other = await galleryOf([], undefined, { id: 'other/1', dimension: 32 });
    expect(await codeOf(copyGallery(await galleryOf([rich]), other))).toBe('GALLERY_SPACE_MISMATCH');
  });

  it.each<[string, { missing: number; different: number }, (references: Reference[]) => Reference[]]>([
    ['loses one', { missing: 1, different: 0 }, (references) => references.slice(1)],
    [
      'rounds a vector',
      { missing: 0, different: 1 },
      ([first, ...rest]) => [{ ...first!, vector: towards(0.500001) }, ...rest],
    ],
    [
      'cuts a thumbnail',
      { missing: 0, different: 1 },
      ([first, ...rest]) => [
        { ...first!, attachments: { ...first!.attachments, thumbnail: Uint8Array.of(1, 2) } },
        ...rest,
      ],
    ],
    [
      'swaps two labels',
      { missing: 0, different: 2 },
      ([first, second]) => [
        { ...first!, label: second!.label },
        { ...second!, label: first!.label },
      ],
    ],
  ])('finds out that a store %s', async (_, details, spoil) => {
    const source = await galleryOf([rich, reference('plain', 'b')]);
    const target = await galleryOf([], (store) => ({
      commit: ({ insert, ...rest }) =>
        store.commit({
          ...rest,
          ...(insert && { insert: insert.length > 0 ? spoil([...insert].reverse()) : [] }),
        }),
    }));
    await expect(copyGallery(source, target)).rejects.toMatchObject({
      code: 'GALLERY_COPY_DIFFERS',
      details,
    });
  });
});
