/** PDFs and HEIC by the packages as they are published: threads are started from their files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@docclf/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formBomb, makePdf } from '../../pdf/test/make-pdf.ts';
import {
  type Classifier,
  createDocClassifier,
  createNodeLocaliser,
  createThreadReader,
  type ImageSource,
  type PageReader,
  pagesOf,
} from '../src/index.ts';
import { bitmapOf, drawPage } from './pictures.ts';

const { resolve } = createRequire(import.meta.url);
const heicFile = (name: string) => new URL(`../../heic/test/fixtures/${name}`, import.meta.url);

let folder: string;
let readers: PageReader[];
let classifier: Classifier<ImageSource>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-readers-'));
  readers = await Promise.all(
    ['@docclf/pdf/thread', '@docclf/heic/thread'].map((name) => createThreadReader(resolve(name))),
  );
  classifier = await createDocClassifier({ readers });
});
afterAll(async () => {
  await classifier.close();
  for (const reader of readers) reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const squares = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    content: `${i % 2} 0 ${i / count} rg ${10 * (i % 15)} 20 60 80 re f`,
  }));

describe('a classifier with readers', () => {
  it('takes HEIC photos: a reference in another format is found', async () => {
    const photo = readFileSync(heicFile('corner.heic'));
    const { reference, quality } = await classifier.register(photo, { label: 'heic/corner' });
    expect(quality).toMatchObject({ width: 320, height: 240 });
    const { createHash } = await import('node:crypto');
    expect(reference.sourceHash).toBe(createHash('sha256').update(photo).digest('hex'));
    const { label, score } = await classifier.classify(heicFile('corner.heic'));
    expect([label, score]).toEqual(['heic/corner', expect.closeTo(1, 6)]);
  });

  it('takes PDFs, the first page or the one that is meant', async () => {
    const file = join(folder, 'pages.pdf');
    writeFileSync(file, makePdf(squares(3)));
    const pages = await pagesOf(file, { readers });
    expect(pages).toEqual([0, 1, 2].map((page) => ({ source: file, page })));
    for (const source of pages) await classifier.register(source, { label: `pdf/${source.page}` });
    expect((await classifier.classify({ source: file, page: 2 }, { topK: 1 })).candidates[0]?.label).toBe(
      'pdf/2',
    );
    expect((await classifier.classify(file)).candidates[0]).toMatchObject({
      label: 'pdf/0',
      score: expect.closeTo(1, 6),
    });
    expect(await codeOf(classifier.classify({ source: file, page: 3 }))).toBe('IMAGE_PAGE_MISSING');
  });

  it('says what cannot be read as the reader does', async () => {
    expect(await codeOf(classifier.classify(new TextEncoder().encode('%PDF-1.7 and no more')))).toBe(
      'PDF_CORRUPT',
    );
    expect(await codeOf(classifier.classify(readFileSync(heicFile('corner.heic')).subarray(0, 600)))).toBe(
      'IMAGE_CORRUPT',
    );
    const bare = await createDocClassifier();
    expect(await codeOf(bare.classify(heicFile('corner.heic')))).toBe('IMAGE_FORMAT_UNSUPPORTED');
    await bare.close();
    expect(await codeOf(createDocClassifier({ readers: [{}] as never }))).toBe('INVALID_ARGUMENT');
  });

  it('cuts a document out of a HEIC photo in full size', async () => {
    const localiser = await createNodeLocaliser({ readers });
    const { image } = await localiser.locate(heicFile('corner.heic'));
    expect(image).toEqual({ width: 320, height: 240 });
    await localiser.close();
  });
});

it('takes bitmaps without any reader, as the same picture in a PNG', async () => {
  const png = await drawPage(3).png().toBuffer();
  const bitmap = await bitmapOf(drawPage(3));
  await classifier.register(png, { label: 'drawn/3' });
  const { label, score } = await classifier.classify(bitmap);
  expect([label, score]).toEqual(['drawn/3', expect.closeTo(1, 6)]);
  expect(await codeOf(classifier.classify(bitmap.subarray(0, -500)))).toBe('IMAGE_TRUNCATED');
  expect(await codeOf(classifier.classify(Buffer.from(bitmap).fill(5, 30, 31)))).toBe('IMAGE_CORRUPT');
  expect(await pagesOf(bitmap)).toHaveLength(1);
});

describe('createThreadReader', () => {
  it('ends a PDF that takes too long, while the event loop is free, and reads the next', async () => {
    const reader = await createThreadReader(resolve('@docclf/pdf/thread'), { seconds: 0.2 });
    let turns = 0;
    const counting = setInterval(() => turns++, 5);
    const reading = (async () => {
      for await (const _ of reader.pages(formBomb(6, 10), { source: 'bomb.pdf' }));
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'PDF_TOO_COSTLY',
      details: { source: 'bomb.pdf', page: 1 },
    });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3);
    reader.close();
  });

  it('splits as the reader does', async () => {
    const [pdf, heic] = readers;
    const parts: Uint8Array[] = [];
    for await (const part of pdf!.split!(makePdf(squares(3)), [{ from: 2, to: 3 }])) parts.push(part);
    expect(await pagesOf(parts[0]!, { readers })).toHaveLength(2);
    expect(heic!.split).toBeUndefined();
  });

  it('tells of a thread that cannot start', async () => {
    expect(await codeOf(createThreadReader(join(folder, 'none.js')))).toBe('RUNTIME_FAILED');
    expect(await codeOf(createThreadReader('x', { seconds: 0 }))).toBe('INVALID_ARGUMENT');
  });
});
