/** Each kind of bad input has its code, a message that says what to do, and leaves what is stored alone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Classifier,
  createDocClassifier,
  DocclfError,
  type ImageSource,
  listImageFiles,
} from '../src/index.ts';
import { drawPage, drawPages } from './pictures.ts';

let classifier: Classifier<ImageSource>;
let folder: string;
let good: Buffer;
let pipe: string;
let sparse: string;

beforeAll(async () => {
  classifier = await createDocClassifier();
  folder = mkdtempSync(join(tmpdir(), 'docclf-bad-'));
  pipe = join(folder, 'pipe.jpg');
  execFileSync('mkfifo', [pipe]);
  sparse = join(folder, 'sparse.jpg');
  writeFileSync(sparse, '');
  truncateSync(sparse, 20 * 2 ** 30);
  good = await drawPage(1).jpeg().toBuffer();
  await classifier.register(good, { label: 'page/one' });
});
afterAll(async () => {
  await classifier.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string, bytes: Uint8Array | string) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const solid = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } })
    .png()
    .toBuffer();

/** A PNG that declares a size and holds no pixels of it. */
function declaredPng(width: number, height: number): Buffer {
  const png = Buffer.from(
    '89504e470d0a1a0a0000000d49484452000000000000000008020000000000000000000000',
    'hex',
  );
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  // CRC-32 of the header chunk, by the polynomial of the PNG specification, annex D.
  let crc = 0xffffffff;
  for (const byte of png.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  png.writeUInt32BE(~crc >>> 0, 29);
  return png.subarray(0, 33);
}

const cases: [name: string, code: string, source: () => Promise<ImageSource> | ImageSource][] = [
  ['an empty file', 'IMAGE_EMPTY', () => file('empty.jpg', '')],
  ['a truncated JPEG', 'IMAGE_TRUNCATED', () => good.subarray(0, good.length >> 1)],
  ['a truncated PNG', 'IMAGE_TRUNCATED', async () => (await drawPage(2).png().toBuffer()).subarray(0, 2000)],
  ['a truncated WebP', 'IMAGE_TRUNCATED', async () => (await drawPage(2).webp().toBuffer()).subarray(0, 900)],
  ['a truncated TIFF', 'IMAGE_TRUNCATED', async () => (await drawPage(2).tiff().toBuffer()).subarray(0, 900)],
  ['a truncated GIF', 'IMAGE_TRUNCATED', async () => (await drawPage(2).gif().toBuffer()).subarray(0, 900)],
  ['a truncated AVIF', 'IMAGE_TRUNCATED', async () => (await drawPage(2).avif().toBuffer()).subarray(0, 900)],
  [
    'a PNG with damaged pixels',
    'IMAGE_CORRUPT',
    async () => (await drawPage(2).png().toBuffer()).fill(0x55, 100, 900),
  ],
  ['0x0 encoded', 'IMAGE_WITHOUT_PIXELS', () => declaredPng(0, 0)],
  [
    '0x0 pixels',
    'IMAGE_WITHOUT_PIXELS',
    () => ({ data: new Uint8Array(0), width: 0, height: 0, channels: 3 }),
  ],
  ['1x1', 'IMAGE_TOO_SMALL', () => solid(1, 1)],
  ['1x20000', 'IMAGE_TOO_NARROW', () => solid(1, 20000)],
  ['30000x30000 declared', 'IMAGE_TOO_LARGE', () => declaredPng(30000, 30000)],
  [
    'an animation',
    'IMAGE_ANIMATED',
    () =>
      drawPages(3)
        .gif({ delay: [90, 90, 90] })
        .toBuffer(),
  ],
  [
    'a page that is not there',
    'IMAGE_PAGE_MISSING',
    async () => ({ source: await drawPages(2).tiff().toBuffer(), page: 2 }),
  ],
  ['a text named .jpg', 'IMAGE_FORMAT_UNSUPPORTED', () => file('text.jpg', 'Dear Sir or Madam,')],
  [
    'an SVG',
    'IMAGE_FORMAT_UNSUPPORTED',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
  ],
  ['a PDF', 'IMAGE_FORMAT_UNSUPPORTED', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n')],
  ['a HEIC', 'IMAGE_FORMAT_UNSUPPORTED', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
  ['a missing file', 'FILE_NOT_FOUND', () => join(folder, 'missing.jpg')],
  ['a folder', 'FILE_UNREADABLE', () => folder],
  ['a pipe', 'FILE_UNREADABLE', () => pipe],
  ['a device', 'FILE_UNREADABLE', () => '/dev/zero'],
  ['a sparse file of 20 GB', 'IMAGE_TOO_MANY_BYTES', () => sparse],
  ['a URL of another host', 'INVALID_ARGUMENT', () => new URL('file://host/form.jpg')],
  ['a URL with an encoded slash', 'INVALID_ARGUMENT', () => new URL('file:///a%2Fb.jpg')],
  ['a data: URL', 'INVALID_ARGUMENT', () => `data:image/jpeg;base64,${'QUJD'.repeat(20_000)}`],
  ['a stream of texts', 'INVALID_ARGUMENT', () => Readable.from(['a', 'b']) as AsyncIterable<Uint8Array>],
  ['a buffer that was transferred away', 'INVALID_ARGUMENT', () => transferred()],
  ['a GIF of 35 bytes that declares 16000x16000', 'IMAGE_TOO_LARGE', () => declaredGif(16000)],
  [
    'an SVG that is compressed',
    'IMAGE_FORMAT_UNSUPPORTED',
    () => gzipSync('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  ],
  ['a JPEG cut in half and closed', 'IMAGE_CORRUPT', () => closed(good.subarray(0, good.length >> 1))],
  [
    'a progressive JPEG cut and closed',
    'IMAGE_TRUNCATED',
    async () => closed((await drawPage(1).jpeg({ progressive: true }).toBuffer()).subarray(0, 3000)),
  ],
  ['a network URL', 'INVALID_ARGUMENT', () => new URL('https://example.org/form.jpg')],
  ['a number', 'INVALID_ARGUMENT', () => 7 as unknown as ImageSource],
  ['null', 'INVALID_ARGUMENT', () => null as unknown as ImageSource],
  [
    'pixels that do not fit their size',
    'INVALID_ARGUMENT',
    () => ({ data: new Uint8Array(9), width: 64, height: 64, channels: 3 }),
  ],
  ['a stream that breaks', 'FILE_UNREADABLE', () => Readable.from(breakingStream())],
];

const closed = (jpeg: Uint8Array) => Buffer.concat([jpeg, Buffer.from([0xff, 0xd9])]);

/** Of one frame whose data is missing. */
function declaredGif(side: number): Buffer {
  const size = [side & 255, side >> 8, side & 255, side >> 8];
  const picture = [0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x4c, 1, 0, 0x3b];
  return Buffer.from([...Buffer.from('GIF89a'), ...size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, ...picture]);
}

function transferred(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

async function* breakingStream() {
  yield Buffer.from([0xff, 0xd8, 0xff]);
  throw new Error('connection reset');
}

describe('bad images', () => {
  it.each(cases)('%s is %s, to register and to classify', async (_name, code, source) => {
    const failed = await classifier
      .register(await source(), { label: 'page/bad' })
      .catch((error: unknown) => error);
    expect(DocclfError.is(failed) ? failed.code : failed).toBe(code);
    expect((failed as Error).message.length).toBeGreaterThan(30);
    await expect(classifier.classify(await source())).rejects.toMatchObject({ code });
    expect(await classifier.labels()).toEqual([{ label: 'page/one', references: 1 }]);
  });

  it('names what is wrong with each of many that are decoded at once', async () => {
    const cut = good.subarray(0, good.length >> 1);
    // An application segment of six bytes that holds an end marker, as the preview in an Exif segment does.
    const preview = Buffer.from('ffe10008ffd8ffd90000', 'hex');
    const exif = Buffer.concat([good.subarray(0, 2), preview, good.subarray(2)]);
    const damaged = (await drawPage(2).png().toBuffer()).fill(0x55, 100, 900);
    const avif = await drawPage(2).avif().toBuffer();
    const expected: [code: string, bytes: Uint8Array][] = [
      ['IMAGE_TRUNCATED', cut],
      ['IMAGE_CORRUPT', damaged],
      ['IMAGE_TRUNCATED', exif.subarray(0, exif.length - 40)],
      ['IMAGE_CORRUPT', Buffer.concat([good.subarray(0, 2), Buffer.from('ffe000040000ffd9', 'hex')])],
      ['IMAGE_TRUNCATED', avif.subarray(0, avif.length - 3)],
    ];
    const many = Array.from({ length: 12 }, () => expected).flat();
    const codes = await Promise.all(
      many.map(([, bytes]) => classifier.classify(bytes).catch((error: unknown) => error)),
    );
    expect(codes.map((error) => (DocclfError.is(error) ? error.code : error))).toEqual(
      many.map(([code]) => code),
    );
  });

  it('does not let one bad file stop the others', async () => {
    const outcomes = [];
    for await (const outcome of classifier.classifyMany([good, Buffer.alloc(0), good]))
      outcomes.push(outcome);
    expect(outcomes.map(({ ok, index }) => [index, ok])).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    expect(outcomes[1]).toMatchObject({ error: { code: 'IMAGE_EMPTY' } });
  });

  it('refuses a stream that is larger than the limit before it ends', async () => {
    const small = await createDocClassifier({ maximumBytes: 1000 });
    let produced = 0;
    const endless = (async function* () {
      while (true) {
        produced++;
        yield Buffer.alloc(600);
      }
    })();
    await expect(small.classify(endless)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_BYTES' });
    expect(produced).toBe(2);
    await small.close();
  });
});

describe('bad labels and calls', () => {
  it.each([
    ['a/../b', 'LABEL_INVALID'],
    ['', 'LABEL_EMPTY'],
    ['a//b', 'LABEL_INVALID'],
    ['x'.repeat(10 * 2 ** 20), 'LABEL_TOO_LONG'],
  ])('label %.12s is %s', async (label, code) => {
    await expect(classifier.register(good, { label })).rejects.toMatchObject({ code });
  });

  it('refuses the same image again, and under another label by naming both', async () => {
    await expect(classifier.register(good, { label: 'page/one' })).rejects.toMatchObject({
      code: 'REFERENCE_EXISTS',
    });
    await expect(classifier.register(good, { label: 'page/two' })).rejects.toMatchObject({
      code: 'LABEL_CONFLICT',
      details: { existing: 'page/one', requested: 'page/two' },
    });
  });

  it('refuses an aborted call and an impossible false-positive rate', async () => {
    await expect(classifier.classify(good, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    for (const fpr of [0, 1, Number.NaN]) {
      await expect(classifier.classify(good, { threshold: { fpr } })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    // Beside strangers no rate is too small, and the registered picture itself is accepted at any.
    const { threshold } = await classifier.classify(good, { threshold: { fpr: 1e-9 } });
    expect(threshold).toMatchObject({ origin: 'cohort', fpr: 1e-9 });
    expect(threshold.value).toBeLessThan(1);
  });
});

describe('folders', () => {
  it('names a folder without images and a missing one', async () => {
    const empty = mkdtempSync(join(folder, 'none-'));
    await expect(listImageFiles(empty)).rejects.toMatchObject({ code: 'FOLDER_WITHOUT_IMAGES' });
    await expect(listImageFiles(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

it.each(['pipe', 'device', 'folder'])(
  'a %s in place of a gallery or a manifest is refused, and not waited for',
  async (kind) => {
    const path = { pipe, device: '/dev/zero', folder }[kind]!;
    await expect(createDocClassifier({ gallery: path })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(createDocClassifier({ model: path })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  },
);
