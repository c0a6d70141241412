/** One picture, however it is handed over, gives one vector. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cosine } from '@docclf/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeEmbedder, type Embedder, type ImageSource, pagesOf } from '../src/index.ts';
import { drawPage, drawPages } from './pictures.ts';

let embedder: Embedder<ImageSource>;
let folder: string;

beforeAll(async () => {
  embedder = await createNodeEmbedder();
  folder = mkdtempSync(join(tmpdir(), 'docclf-sources-'));
});
afterAll(async () => {
  await embedder.close();
  rmSync(folder, { recursive: true });
});

const embed = async (source: ImageSource) => (await embedder.embed([source]))[0]!;
const similarity = async (a: ImageSource, b: ImageSource) =>
  cosine((await embed(a)).vector, (await embed(b)).vector);

describe('sources', () => {
  it('takes a path, a file URL, bytes, an ArrayBuffer, a stream and pixels', async () => {
    const png = await drawPage(3).png().toBuffer();
    const path = join(folder, 'ページ é.png');
    writeFileSync(path, png);
    const decoded = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const { vector } = await embed(path);
    const buffer = png.buffer.slice(png.byteOffset, png.byteOffset + png.length) as ArrayBuffer;
    const raster = { data: new Uint8Array(decoded.data), width: 320, height: 448, channels: 3 as const };
    for (const source of [
      pathToFileURL(path),
      png,
      new Uint8Array(png),
      buffer,
      createReadStream(path),
      decoded,
      raster,
    ]) {
      expect(await embed(source)).toMatchObject({ vector, width: 320, height: 448 });
    }
  });

  it('takes what uploads and downloads come as, twice', async () => {
    const png = new Uint8Array(await drawPage(3).png().toBuffer());
    const path = join(folder, 'upload 1.png');
    writeFileSync(path, png);
    const form = new FormData();
    form.set('image', new Blob([png]), 'scan.png');
    const request = new Request('http://localhost/upload', { method: 'POST', body: png });
    const { vector } = await embed(png);
    for (const source of [
      new Blob([png]),
      form.get('image') as File,
      new Response(png),
      new Response(png),
      request,
      request,
      pathToFileURL(path).href,
    ]) {
      expect(await embed(source)).toMatchObject({ vector, width: 320, height: 448 });
    }
    expect(request.bodyUsed).toBe(false);
  });

  it('refuses the page of an error, a body that was read, and addresses, and says how to go on', async () => {
    const used = new Response('x');
    await used.text();
    const failed = async (source: ImageSource) => embed(source).catch((error) => error);
    expect(await failed(new Response('gone', { status: 404 }))).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await failed(new Response('broken', { status: 500 }))).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await failed(used)).toMatchObject({ code: 'FILE_UNREADABLE', details: { file: 'the response' } });
    expect(await failed(new Blob([]))).toMatchObject({ code: 'IMAGE_EMPTY' });
    const { message } = await failed('https://localhost/scan.png');
    expect(message).toContain('pass the Response of your own fetch');
  });

  it('stops an upload at the limit of bytes', async () => {
    const small = await createNodeEmbedder({ maximumBytes: 100 });
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(64));
      },
    });
    try {
      for (const source of [new Response(body), new Blob([new Uint8Array(101)])]) {
        await expect(small.embed([source])).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_BYTES' });
      }
    } finally {
      await small.close();
    }
    expect(sent).toBeLessThan(10);
  });

  it('hashes a reference as `sha256sum` does, and each further page apart', async () => {
    const tiff = await drawPages(2).tiff().toBuffer();
    const [first, second] = await embedder.embed([tiff, { source: tiff, page: 1 }], { asReference: true });
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', tiff)).toString('hex');
    expect([first!.sourceHash, second!.sourceHash]).toEqual([digest, `${digest}:1`]);
  });

  it('lists the pages of a TIFF, which embed apart', async () => {
    const pages = await pagesOf(await drawPages(3).tiff().toBuffer());
    expect(pages.map(({ page }) => page)).toEqual([0, 1, 2]);
    expect(await pagesOf(await drawPage(1).jpeg().toBuffer())).toHaveLength(1);
  });

  it('takes a chosen frame of an animation', async () => {
    const gif = await drawPages(3)
      .gif({ delay: [90, 90, 90] })
      .toBuffer();
    expect(await embed({ source: gif, page: 1 })).toMatchObject({ width: 64, height: 64 });
  });
});

describe('decoding', () => {
  it.each(['jpeg', 'webp', 'avif', 'tiff', 'gif'] as const)(
    '%s shows the same page as PNG',
    async (format) => {
      const page = await drawPage(4).png().toBuffer();
      expect(
        await similarity(await sharp(page).toFormat(format, { quality: 95 }).toBuffer(), page),
      ).toBeGreaterThan(0.99);
    },
  );

  it('converts CMYK, 16-bit, grey and transparent images', async () => {
    const page = await drawPage(5).png().toBuffer();
    const grey = await sharp(page).greyscale().png().toBuffer();
    expect(await similarity(await sharp(page).toColourspace('cmyk').tiff().toBuffer(), page)).toBeGreaterThan(
      0.97,
    );
    expect(await similarity(await sharp(page).toColourspace('rgb16').png().toBuffer(), page)).toBeGreaterThan(
      0.9999,
    );
    expect(await similarity(await sharp(grey).toColourspace('b-w').png().toBuffer(), grey)).toBeGreaterThan(
      0.9999,
    );
    // Transparent black is white paper.
    const clear = await sharp(page).ensureAlpha(0).png().toBuffer();
    const white = await sharp({ create: { width: 320, height: 448, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect(await similarity(clear, white)).toBeGreaterThan(0.9999);
  });

  it('shows a picture of senseless orientation as it is stored', async () => {
    const page = await drawPage(6).jpeg().toBuffer();
    const tagged = Buffer.from(
      await sharp(page).withMetadata({ orientation: 6 }).keepMetadata().jpeg({ quality: 100 }).toBuffer(),
    );
    // The entry: tag 0x0112, type 3 (SHORT), count 1, value 6, in either byte order.
    const [little, big] = ['120103000100000006', '01120003000000010006'].map((hex) =>
      Buffer.from(hex, 'hex'),
    );
    const at = tagged.indexOf(little!) >= 0 ? tagged.indexOf(little!) + 8 : tagged.indexOf(big!) + 9;
    tagged[at] = 9;
    expect(await embed(tagged)).toMatchObject({ width: 320, height: 448 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i once', async (orientation) => {
    const page = await drawPage(6).png().toBuffer();
    // Truth from sharp: `autoOrient` bakes the orientation into the pixels.
    const tagged = await sharp(page).withMetadata({ orientation }).png().toBuffer();
    const upright = await sharp(tagged).autoOrient().png().toBuffer();
    const [seen, expected] = [await embed(tagged), await embed(upright)];
    expect(cosine(seen.vector, expected.vector)).toBeGreaterThan(0.99999);
    expect([seen.width, seen.height]).toEqual([expected.width, expected.height]);
  });

  it.each([
    [2, 1200, 1700],
    [3, 1640, 1960],
    [5, 2664, 3192],
    [9, 4712, 5648],
    // Not whole in the decoder's own steps.
    [3, 1637, 1961],
    [5, 2663, 3191],
  ])('sees the same page when the decoder shrinks it by %i from %i x %i', async (_, width, height) => {
    const large = await drawPage(7, width, height).jpeg({ quality: 95 }).toBuffer();
    const full = await sharp(large).raw().toBuffer({ resolveWithObject: true });
    expect(await similarity(large, full)).toBeGreaterThan(0.999);
  });
});
