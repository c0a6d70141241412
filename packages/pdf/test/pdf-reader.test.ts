import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocclfError } from '@docclf/core';
import type { PagePixels } from '@docclf/core/readers';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { createPdfReader, type PdfPagesOptions, type ReadPage } from '../src/index.ts';
import { encryptedPdf } from './encrypted-pdf.ts';
import { makePdf } from './make-pdf.ts';

const reader = await createPdfReader({ maximumMemory: 256 * 2 ** 20 });
afterAll(() => reader.close());

async function read(bytes: Uint8Array, options?: PdfPagesOptions): Promise<ReadPage[]> {
  const pages: ReadPage[] = [];
  for await (const page of reader.pages(bytes, options)) pages.push(page);
  return pages;
}

async function imageOf(bytes: Uint8Array, options?: PdfPagesOptions): Promise<PagePixels> {
  const [page] = await read(bytes, options);
  if (!page || !('image' in page)) throw page?.error ?? new Error('no page');
  return page.image;
}

function pixel({ data, width }: PagePixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

const [red, blue, white] = [
  [255, 0, 0],
  [0, 0, 255],
  [255, 255, 255],
];
/** A red and a blue corner, at the bottom left and the top right of 200 x 300 points. */
const corners = '1 0 0 rg 0 0 50 50 re f 0 0 1 rg 150 250 50 50 re f';

it('draws a page on white, its longer side as asked', async () => {
  const image = await imageOf(makePdf([{ content: corners }]), { side: 300 });
  expect([image.width, image.height, image.channels]).toEqual([200, 300, 3]);
  expect(pixel(image, 10, 290)).toEqual(red);
  expect(pixel(image, 190, 10)).toEqual(blue);
  expect(pixel(image, 100, 150)).toEqual(white);
  const { width, height } = await imageOf(makePdf([{}]));
  expect([width, height]).toEqual([341, 512]);
});

it('honours rotation and crop box', async () => {
  const turned = await imageOf(makePdf([{ content: corners, rotate: 90 }]), { side: 300 });
  expect([turned.width, turned.height]).toEqual([300, 200]);
  // Clockwise: what was at the bottom left comes to the top left.
  expect(pixel(turned, 10, 10)).toEqual(red);
  expect(pixel(turned, 290, 190)).toEqual(blue);
  const cropped = await imageOf(makePdf([{ content: corners, crop: [0, 0, 100, 50] }]), { side: 100 });
  expect([cropped.width, cropped.height]).toEqual([100, 50]);
  expect(pixel(cropped, 10, 25)).toEqual(red);
  expect(pixel(cropped, 90, 25)).toEqual(white);
});

it('agrees with pdftoppm on where there is ink (needs poppler-utils)', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-pdf-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const content = Array.from(
    { length: 40 },
    (_, i) => `${i / 40} g ${(i * 53) % 170} ${(i * 97) % 270} 31 17 re f`,
  );
  const bytes = makePdf([{ content: content.join('\n'), rotate: 270, crop: [10, 20, 190, 280] }]);
  writeFileSync(join(folder, 'a.pdf'), bytes);
  try {
    execFileSync('pdftoppm', [
      '-r',
      '72',
      '-cropbox',
      '-singlefile',
      join(folder, 'a.pdf'),
      join(folder, 'a'),
    ]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return context.skip('pdftoppm is not installed');
  }
  const ppm = readFileSync(join(folder, 'a.ppm'));
  expect(ppm.subarray(0, 14).toString()).toBe('P6\n260 180\n255');
  const theirs = ppm.subarray(15);
  const ours = await imageOf(bytes, { side: 260 });
  expect([ours.width, ours.height]).toEqual([260, 180]);
  const difference = theirs.reduce((sum, value, i) => sum + Math.abs(value - ours.data[i]!), 0);
  expect(difference / theirs.length).toBeLessThan(1);
});

it('gives pages as they are asked for, numbered from 1', async () => {
  const bytes = makePdf(Array.from({ length: 2000 }, (_, i) => ({ size: [100, 100 + i] as const })));
  const some = await read(bytes, { from: 1999, side: 64 });
  expect(some.map(({ number, pages }) => [number, pages])).toEqual([
    [1999, 2000],
    [2000, 2000],
  ]);
  expect((await read(bytes, { from: 7, to: 7, side: 64 })).map(({ number }) => number)).toEqual([7]);
  await expect(read(bytes, { maximumPages: 1999 })).rejects.toMatchObject({
    code: 'PDF_TOO_MANY_PAGES',
    details: { pages: 2000, maximumPages: 1999 },
  });
});

it('refuses what is no PDF, and reads the next one all the same', async () => {
  const good = makePdf([{ content: corners }]);
  for (const bytes of [new Uint8Array(), new Uint8Array(1000), new TextEncoder().encode('%PDF-1.7\n%%EOF')])
    await expect(read(bytes, { source: 'letter.pdf' })).rejects.toMatchObject({
      code: 'PDF_CORRUPT',
      details: { source: 'letter.pdf' },
    });
  expect(await read(good)).toHaveLength(1);
});

it('asks for a password', async () => {
  // Algorithm 2 of ISO 32000 with keys that fit no password.
  const key = '41'.repeat(32);
  const encrypted = makePdf(
    [{}],
    `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>] `,
  );
  await expect(read(encrypted)).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
});

it('opens with the password what is the same page without one', async () => {
  const page = { content: corners };
  const secret = encryptedPdf([page, page], 'open sesame');
  await expect(read(secret)).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
  await expect(read(secret, { password: 'sesame' })).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
  const pixels = async (bytes: Uint8Array, options?: PdfPagesOptions) =>
    (await read(bytes, options)).map(
      (one) => 'image' in one && Buffer.from(one.image.data).toString('latin1'),
    );
  const plain = await pixels(makePdf([page, page]));
  expect((await pixels(secret, { password: 'open sesame' })).join() === plain.join()).toBe(true);
  // A file that asks for none is read whatever is given, and what is split off has none.
  expect((await pixels(makePdf([page, page]), { password: 'sesame' })).join() === plain.join()).toBe(true);
  const parts = reader.split(secret, [{ from: 2, to: 2 }], { password: 'open sesame' });
  for await (const part of parts) expect((await pixels(part)).join() === plain[1]).toBe(true);
});

it('goes on behind a page that is damaged', async () => {
  const text = new TextDecoder().decode(makePdf([{}, {}, {}]));
  const bytes = new TextEncoder().encode(
    text.replace('5 0 obj\n<< /Type /Page ', '5 0 obj\n<< /Type /Font '),
  );
  const pages = await read(bytes, { source: 'a.pdf' });
  expect(pages.map((page) => ('error' in page ? page.error.code : 'image'))).toContain('image');
  expect(pages).toHaveLength(3);
});

it('keeps to its memory', async () => {
  const small = await createPdfReader({ maximumMemory: 32 * 2 ** 20 });
  const large = new Uint8Array(64 * 2 ** 20);
  large.set(makePdf([{}]));
  const reading = small.pages(large).next();
  await expect(reading).rejects.toSatisfy((error) => DocclfError.is(error, 'PDF_TOO_COSTLY'));
  expect((await small.pages(makePdf([{}])).next()).value).toMatchObject({ number: 1, pages: 1 });
  small.close();
  await expect(small.pages(makePdf([{}])).next()).rejects.toMatchObject({ code: 'CLOSED' });
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const pages = reader.pages(makePdf([{}, {}]), { signal: stop.signal });
  await pages.next();
  stop.abort();
  await expect(pages.next()).rejects.toMatchObject({ code: 'ABORTED' });
});

it('splits a document into files that hold the same pages', async () => {
  const colours = ['1 0 0', '0 1 0', '0 0 1'];
  const whole = makePdf(colours.map((colour) => ({ content: `${colour} rg 0 0 200 300 re f` })));
  const parts: Uint8Array[] = [];
  for await (const part of reader.split(whole, [
    { from: 1, to: 1 },
    { from: 2, to: 3 },
  ]))
    parts.push(part);
  const before = await read(whole, { side: 30 });
  const after = (await Promise.all(parts.map((part) => read(part, { side: 30 })))).flat();
  expect(after.map(({ number, pages }) => [number, pages])).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
  expect(after.map((page) => 'image' in page && page.image)).toEqual(
    before.map((page) => 'image' in page && page.image),
  );
  expect(Buffer.from(parts[1]!).toString('latin1')).not.toContain('/CreationDate');
  // What it was is left as it was: content stays content.
  expect(Buffer.from(parts[1]!).toString('latin1')).toContain('%PDF-');
});

it('refuses parts that the document does not have, and splits on afterwards', async () => {
  const one = makePdf([{ content: corners }]);
  for (const part of [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 1 },
    { from: Number.NaN, to: 1 },
  ]) {
    await expect(reader.split(one, [part]).next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  const { value } = await reader.split(one, [{ from: 1, to: 1 }]).next();
  expect((await read(value!)).length).toBe(1);
});
