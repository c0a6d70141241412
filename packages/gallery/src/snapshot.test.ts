import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DocclfError, type ErrorCode, type Reference } from '@docclf/core';
import { describe, expect, test } from 'vitest';
import {
  createRandom,
  hostileIds,
  hostileLabels,
  hostileMetadata,
  manyReferences,
  reference,
  space,
} from './conformance/samples.ts';
import { createMemoryGallery, type StoreGallery } from './gallery.ts';
import { decodeSnapshot, encodeSnapshot, exportGallery, importGallery } from './snapshot.ts';

type Bytes = Uint8Array<ArrayBuffer>;

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | string> {
  try {
    await promise;
  } catch (error) {
    return DocclfError.is(error) ? error.code : `other error: ${error}`;
  }
  return 'no error';
}

/** A file of this header and body with true lengths and a true checksum, made without our code. */
function fileOf(header: object, body?: Uint8Array, version?: number): Bytes {
  return fileOfText(JSON.stringify(header), body, version);
}

function fileOfText(header: string, body: Uint8Array = new Uint8Array(0), version = 1): Bytes {
  const json = Buffer.from(header);
  const padding = Buffer.alloc((4 - (json.length % 4)) % 4, ' ');
  const start = Buffer.alloc(24);
  start.set([0x89, 0x44, 0x43, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  start.writeUInt32LE(version, 8);
  start.writeUInt32LE(json.length + padding.length, 12);
  start.writeBigUInt64LE(BigInt(24 + json.length + padding.length + body.length + 32), 16);
  const content = Buffer.concat([start, json, padding, body]);
  return new Uint8Array(Buffer.concat([content, createHash('sha256').update(content).digest()]));
}

const tiny = { id: 'tiny/1', dimension: 2 };
const tinyReferences: Reference[] = [
  {
    id: 'a',
    label: 'acme/form',
    vector: Float32Array.of(0.6, -0.8),
    metadata: { n: 1 },
    createdAt: '2024-05-06T07:08:09.000Z',
    sourceHash: null,
    attachments: { thumbnail: Uint8Array.of(7, 8, 9), empty: new Uint8Array(0) },
  },
  {
    id: 'b',
    label: 'é',
    vector: Float32Array.of(0, 1),
    metadata: {},
    createdAt: '2024-05-06T07:08:10.000Z',
    sourceHash: 'h',
    attachments: { thumbnail: Uint8Array.of(255) },
  },
];
const tinyFile = await encodeSnapshot({ space: tiny, references: tinyReferences });

const entry = (parts: object = {}) => ({
  id: 'a',
  label: 'x',
  metadata: {},
  createdAt: '2024-05-06T07:08:09.000Z',
  sourceHash: null,
  attachments: {},
  ...parts,
});
const oneVector = new Uint8Array(Float32Array.of(1, 0).buffer);

describe('the bytes of a gallery file', () => {
  test('are as the layout says, read by hand', () => {
    const view = new DataView(tinyFile.buffer);
    expect([...tinyFile.subarray(0, 8)]).toEqual([0x89, 0x44, 0x43, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(view.getUint32(8, true)).toBe(1);
    const headerLength = view.getUint32(12, true);
    expect(headerLength % 4).toBe(0);
    expect(view.getBigUint64(16, true)).toBe(BigInt(tinyFile.length));
    const headerEnd = 24 + headerLength;
    expect(JSON.parse(Buffer.from(tinyFile.subarray(24, headerEnd)).toString('utf8'))).toEqual({
      space: { id: 'tiny/1', dimension: 2 },
      references: [
        {
          id: 'a',
          label: 'acme/form',
          metadata: { n: 1 },
          createdAt: '2024-05-06T07:08:09.000Z',
          sourceHash: null,
          attachments: { thumbnail: [0, 3], empty: [3, 0] },
        },
        {
          id: 'b',
          label: 'é',
          metadata: {},
          createdAt: '2024-05-06T07:08:10.000Z',
          sourceHash: 'h',
          attachments: { thumbnail: [3, 1] },
        },
      ],
    });
    const vectors = [0, 4, 8, 12].map((offset) => view.getFloat32(headerEnd + offset, true));
    expect(vectors).toEqual([0.6, -0.8, 0, 1].map(Math.fround));
    expect([...tinyFile.subarray(headerEnd + 16, headerEnd + 20)]).toEqual([7, 8, 9, 255]);
    expect(tinyFile.length).toBe(headerEnd + 20 + 32);
    const checksum = createHash('sha256').update(tinyFile.subarray(0, -32)).digest();
    expect(Buffer.from(tinyFile.subarray(-32)).equals(checksum)).toBe(true);
  });

  test('are those that another program writes', () => {
    const references = tinyReferences.map(({ vector: _, ...rest }, i) => ({
      ...rest,
      attachments: [{ thumbnail: [0, 3], empty: [3, 0] }, { thumbnail: [3, 1] }][i],
    }));
    const vectors = Buffer.alloc(16);
    [0.6, -0.8, 0, 1].forEach((value, i) => {
      vectors.writeFloatLE(value, 4 * i);
    });
    const body = Buffer.concat([vectors, Buffer.from([7, 8, 9, 255])]);
    expect(tinyFile).toEqual(fileOf({ space: tiny, references }, body));
  });

  test('written by another program are read', async () => {
    const file = fileOf({ space: tiny, references: [entry()] }, oneVector);
    expect(await decodeSnapshot(file)).toEqual({
      space: tiny,
      references: [{ ...entry(), vector: Float32Array.of(1, 0) }],
    });
  });

  test('are the same for the same references, whatever the order of writing', async () => {
    const files = [];
    for (const order of [1, -1]) {
      const gallery = await createMemoryGallery(tiny);
      for (const one of tinyReferences.slice().sort((a, b) => (a.id < b.id ? -order : order)))
        await gallery.add([one]);
      files.push(await exportGallery(gallery));
    }
    expect(files[0]).toEqual(files[1]);
    expect(files[0]).toEqual(tinyFile);
  });
});

describe('a round trip', () => {
  test.each([0, 1, 2, 3, 500])('of %i references keeps everything', async (count) => {
    const random = createRandom(count);
    const references = manyReferences(count, 1).map((one, i) => ({
      ...one,
      metadata: i % 7 === 0 ? hostileMetadata : { i },
      sourceHash: i % 2 === 0 ? null : `hash ${i}`,
      attachments: Object.fromEntries(
        Array.from({ length: i % 3 }, (_, j) => [
          `part ${j}`,
          Uint8Array.from({ length: Math.floor(random() * 50) }, () => random() * 256),
        ]),
      ),
    }));
    expect(await decodeSnapshot(await encodeSnapshot({ space, references }))).toEqual({ space, references });
  });

  test('keeps hostile texts', async () => {
    const references = [
      ...hostileIds.map((id) => reference(id, 'x', { attachments: { [id]: Uint8Array.of(1) } })),
      ...hostileLabels.map((label, i) => reference(`l${i}`, label)),
    ].filter(({ id }) => id !== '__proto__');
    expect(await decodeSnapshot(await encodeSnapshot({ space, references }))).toEqual({ space, references });
  });

  test('keeps a key that objects treat as special', async () => {
    const metadata = JSON.parse('{"__proto__":{"a":1},"constructor":2}');
    const file = await encodeSnapshot({ space, references: [reference('a', 'x', { metadata })] });
    const { references } = await decodeSnapshot(file);
    expect(JSON.stringify(references[0]!.metadata)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  test('shares no bytes with the file, also when that is a Buffer', async () => {
    const file = Buffer.from(tinyFile);
    const { references } = await decodeSnapshot(file as unknown as Bytes);
    file.fill(0);
    expect(references).toEqual(tinyReferences);
  });
});

describe('a damaged file is refused', () => {
  test('cut anywhere', async () => {
    for (let length = 0; length < tinyFile.length; length++) {
      const expected = length < 8 ? 'GALLERY_FILE_FOREIGN' : 'GALLERY_FILE_TRUNCATED';
      expect(await codeOf(decodeSnapshot(tinyFile.slice(0, length))), `cut to ${length} bytes`).toBe(
        expected,
      );
    }
  });

  test('with one bit turned, anywhere', async () => {
    for (let position = 0; position < tinyFile.length; position++) {
      for (const bit of position < 24 ? [0, 1, 2, 3, 4, 5, 6, 7] : [position % 8]) {
        const file = tinyFile.slice();
        file[position] = file[position]! ^ (1 << bit);
        const code = await codeOf(decodeSnapshot(file));
        const at = `bit ${bit} of byte ${position}`;
        if (position < 8) expect(code, at).toBe('GALLERY_FILE_FOREIGN');
        else if (position < 12) expect(code, at).toBe('GALLERY_FILE_VERSION');
        else if (position < 16 || position >= 24) expect(code, at).toBe('GALLERY_FILE_CORRUPT');
        else expect(code, at).toMatch(/^GALLERY_FILE_(CORRUPT|TRUNCATED)$/);
      }
    }
  });

  test('with a byte turned, in a larger file, sampled', async () => {
    const larger = await encodeSnapshot({ space, references: manyReferences(50, 2) });
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const file = larger.slice();
      const position = 24 + Math.floor(random() * (larger.length - 24));
      file[position] = file[position]! ^ (1 + Math.floor(random() * 255));
      expect(await codeOf(decodeSnapshot(file)), `byte ${position}`).toBe('GALLERY_FILE_CORRUPT');
    }
  });

  test('with bytes behind its end', async () => {
    for (const extra of [1, 32, 1000]) {
      const file = new Uint8Array(tinyFile.length + extra);
      file.set(tinyFile);
      expect(await codeOf(decodeSnapshot(file))).toBe('GALLERY_FILE_CORRUPT');
    }
  });

  test('with line ends changed by a transfer as text', async () => {
    const text = Buffer.from(Buffer.from(tinyFile).toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
    expect(await codeOf(decodeSnapshot(new Uint8Array(text)))).toBe('GALLERY_FILE_FOREIGN');
  });
});

test('a file costs at most what its size explains, whatever it says of itself', async () => {
  const names = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`name ${i}`, [0, 0]]));
  expect(
    await codeOf(
      decodeSnapshot(fileOf({ space: tiny, references: [entry({ attachments: names })] }, oneVector)),
    ),
  ).toBe('GALLERY_FILE_CORRUPT');
  const shallow = JSON.stringify({ space: tiny, references: [entry({ metadata: '@' })] });
  const deep = shallow.replace('"@"', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  expect(await codeOf(decodeSnapshot(fileOfText(deep, oneVector)))).toBe('GALLERY_FILE_CORRUPT');
});

test('a message about a file of a stranger steers no terminal', async () => {
  const file = fileOf({ space: tiny, references: [entry({ id: '\u001b[31m\n' })] }, oneVector);
  const error = await decodeSnapshot(file).catch((caught: Error) => caught);
  expect((error as Error).message).not.toMatch(/\p{Cc}/u);
});

describe('another file is refused', () => {
  test.each([
    ['nothing', ''],
    ['a picture', '\x89PNG\r\n\x1a\n and more of it, long enough for a header'],
    ['JSON', '{"space":{"id":"tiny/1","dimension":2},"references":[]}'],
  ])('%s', async (_, text) => {
    expect(await codeOf(decodeSnapshot(new Uint8Array(Buffer.from(text, 'latin1'))))).toBe(
      'GALLERY_FILE_FOREIGN',
    );
  });

  test('a newer version, which it names', async () => {
    const file = fileOf({ anything: 'else' }, undefined, 2);
    await expect(decodeSnapshot(file, 'forms.docclf')).rejects.toMatchObject({
      code: 'GALLERY_FILE_VERSION',
      details: { gallery: 'forms.docclf', supported: 1, received: 2 },
    });
  });

  test.each([
    ['an empty header', () => fileOf({})],
    ['no references', () => fileOf({ space: tiny })],
    ['a dimension of 0', () => fileOf({ space: { id: 'x', dimension: 0 }, references: [] })],
    ['vectors that are not there', () => fileOf({ space: tiny, references: [entry()] })],
    [
      'a dimension larger than memory',
      () => fileOf({ space: { id: 'x', dimension: 2 ** 40 }, references: [entry()] }, oneVector),
    ],
    [
      'a vector that is not of length 1',
      () => fileOf({ space: tiny, references: [entry()] }, new Uint8Array(8)),
    ],
    ['a bad label', () => fileOf({ space: tiny, references: [entry({ label: 'a//b' })] }, oneVector)],
    [
      'metadata that is a list',
      () => fileOf({ space: tiny, references: [entry({ metadata: [] })] }, oneVector),
    ],
    [
      'an attachment outside the file',
      () => fileOf({ space: tiny, references: [entry({ attachments: { a: [0, 1] } })] }, oneVector),
    ],
    [
      'attachments that share their bytes',
      () =>
        fileOf(
          { space: tiny, references: [entry({ attachments: { a: [0, 4], b: [0, 4] } })] },
          Buffer.concat([oneVector, Buffer.alloc(4)]),
        ),
    ],
    [
      'an attachment that is no place',
      () => fileOf({ space: tiny, references: [entry({ attachments: { a: 'x' } })] }, oneVector),
    ],
    [
      'bytes that belong to no reference',
      () => fileOf({ space: tiny, references: [entry()] }, Buffer.concat([oneVector, Buffer.alloc(4)])),
    ],
    [
      'a huge dimension and no reference',
      () => fileOf({ space: { id: 'x', dimension: 2 ** 53 - 1 }, references: [] }),
    ],
    [
      'one id twice',
      () => fileOf({ space: tiny, references: [entry(), entry()] }, Buffer.concat([oneVector, oneVector])),
    ],
    ...[
      { id: '' },
      { id: 'x'.repeat(1_000_000) },
      { id: '\u001b[31m' },
      { createdAt: 'never' },
      { createdAt: '2024-05-06' },
      { label: 'e\u0301' },
      { sourceHash: '\n' },
      { attachments: null },
      { metadata: 'text' },
    ].map((parts): [string, () => Bytes] => [
      `a reference with ${JSON.stringify(parts).slice(0, 40)}`,
      () => fileOf({ space: tiny, references: [entry(parts)] }, oneVector),
    ]),
    ['a reference that is none', () => fileOf({ space: tiny, references: [null] }, oneVector)],
    [
      'an attachment before its place',
      () => fileOf({ space: tiny, references: [entry({ attachments: { a: [-4, 4] } })] }, oneVector),
    ],
  ])('a file with a true checksum and %s', async (_, make) => {
    expect(await codeOf(decodeSnapshot(make()))).toBe('GALLERY_FILE_CORRUPT');
  });
});

describe('export and import', () => {
  const vector = Float32Array.of(1, 0);
  const galleryOf = async (...references: Parameters<StoreGallery['add']>[0]) => {
    const gallery = await createMemoryGallery(tiny);
    await gallery.add(references);
    return gallery;
  };
  const contentOf = async (gallery: StoreGallery) => {
    const content: string[] = [];
    for await (const { id, label } of gallery.references()) content.push(`${id} ${label}`);
    return content;
  };

  test('a label with its sub-labels alone', async () => {
    const gallery = await galleryOf(
      { id: 'a', label: 'x', vector },
      { id: 'b', label: 'x/y', vector },
      { id: 'c', label: 'xy', vector },
    );
    const copy = await galleryOf();
    expect(await importGallery(copy, await exportGallery(gallery, { within: 'x' }))).toBe(2);
    expect(await contentOf(copy)).toEqual(['a x', 'b x/y']);
  });

  test('without attachments leaves no byte of them', async () => {
    const gallery = await galleryOf({
      id: 'a',
      label: 'x',
      vector,
      attachments: { secret: Buffer.from('SECRET') },
    });
    expect(Buffer.from(await exportGallery(gallery)).includes('SECRET')).toBe(true);
    const bare = await exportGallery(gallery, { attachments: false });
    expect(Buffer.from(bare).includes('SECRET')).toBe(false);
    expect((await decodeSnapshot(bare)).references[0]!.attachments).toEqual({});
  });

  test('two galleries merge', async () => {
    const first = await galleryOf({ id: 'a', label: 'x', vector });
    const second = await galleryOf({ id: 'b', label: 'y', vector });
    expect(await importGallery(first, await exportGallery(second))).toBe(1);
    expect(await contentOf(first)).toEqual(['a x', 'b y']);
    expect(await importGallery(first, await exportGallery(await galleryOf()))).toBe(0);
  });

  test.each([
    [undefined, 'REFERENCE_EXISTS', ['a old', 'c old']],
    ['error', 'REFERENCE_EXISTS', ['a old', 'c old']],
    ['keep', 1, ['a old', 'b new', 'c old']],
    ['replace', 2, ['a new', 'b new', 'c old']],
  ] as const)('with existing: %s', async (existing, result, content) => {
    const gallery = await galleryOf({ id: 'a', label: 'old', vector }, { id: 'c', label: 'old', vector });
    const other = await galleryOf({ id: 'a', label: 'new', vector }, { id: 'b', label: 'new', vector });
    const file = await exportGallery(other);
    const merging = importGallery(gallery, file, existing && { existing });
    if (typeof result === 'number') expect(await merging).toBe(result);
    else expect(await codeOf(merging)).toBe(result);
    expect(await contentOf(gallery)).toEqual(content);
  });

  test('the same image under another label changes nothing', async () => {
    const gallery = await galleryOf({ id: 'a', label: 'x', vector, sourceHash: 'h' });
    const other = await galleryOf(
      { id: 'b', label: 'y', vector },
      { id: 'c', label: 'y', vector, sourceHash: 'h' },
    );
    expect(await codeOf(importGallery(gallery, await exportGallery(other)))).toBe('LABEL_CONFLICT');
    expect(await contentOf(gallery)).toEqual(['a x']);
  });

  test("another model's file is refused", async () => {
    const other = await createMemoryGallery({ id: 'other/1', dimension: 2 });
    await expect(importGallery(await galleryOf(), await exportGallery(other))).rejects.toMatchObject({
      code: 'GALLERY_SPACE_MISMATCH',
      details: { expected: 'tiny/1', received: 'other/1' },
    });
  });

  test('a damaged file changes nothing', async () => {
    const gallery = await galleryOf({ id: 'c', label: 'x', vector });
    expect(await codeOf(importGallery(gallery, tinyFile.slice(0, -1)))).toBe('GALLERY_FILE_TRUNCATED');
    expect(await contentOf(gallery)).toEqual(['c x']);
  });
});
