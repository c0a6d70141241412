/** Made photos of made documents (`fixtures/documents/photos`), and pictures that are none: classified as a user would. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Corners, RasterImage } from '@docclf/preprocess';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Classifier, createDocClassifier, type ImageSource } from '../src/index.ts';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(`${documents}${file}`, 'utf8'));
const photos: { file: string; documents: { label: string; corners: Corners }[] }[] =
  json('photos/index.json');
const [card, form, two] = photos.map((photo) => ({ ...photo, path: `${documents}photos/${photo.file}` }));

const plain = (width: number, height: number, [r, g, b]: readonly number[]): RasterImage => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [r!, g!, b!][i % 3]!),
  width,
  height,
  channels: 3,
});

describe('photos', () => {
  let classifier: Classifier<ImageSource>;
  beforeAll(async () => {
    classifier = await createDocClassifier({ thumbnails: true });
    for (const { file, label } of json('index.json').references)
      await classifier.register(`${documents}${file}`, { label });
  });
  afterAll(() => classifier?.close());

  it.each([
    ['on a wooden table, aslant', card!],
    ['upside down on a chequered cloth', form!],
  ])('names the document %s, and says where it lies', async (_, { path, documents: [truth] }) => {
    const result = await classifier.classify(path);
    expect(result).toMatchObject({ status: 'accepted', label: truth!.label, found: 'located', advice: [] });
    // The corners begin at the document's own top left, since its reference stands upright.
    for (const [i, { x, y }] of result.corners!.entries()) {
      const { x: trueX, y: trueY } = truth!.corners[i]!;
      expect(Math.hypot(x - trueX, y - trueY)).toBeLessThan(0.12 * result.image.width);
    }
    expect((await classifier.classify(path, { locate: false })).status).toBe('unknown');
  });

  it('takes corners from the caller, for each of two documents in one photo', async () => {
    for (const { label, corners } of two!.documents) {
      const result = await classifier.classify({ source: two!.path, corners });
      expect(result).toMatchObject({ status: 'accepted', label, found: 'given', corners });
      expect(await classifier.classify(two!.path, { locate: corners })).toMatchObject({ label });
    }
  });

  it('registers each of two documents in one photo, straightened', async () => {
    const own = await createDocClassifier({ thumbnails: true });
    try {
      for (const { label, corners } of two!.documents) {
        const { reference, quality } = await own.register({ source: two!.path, corners }, { label });
        const { width, height } = await sharp(reference.attachments.thumbnail!).metadata();
        // A card is wider than high, however it lay.
        expect(width! / height!).toBeGreaterThan(1.2);
        expect(quality!.width).toBeLessThan(800);
      }
      expect(await own.labels()).toHaveLength(2);
      const { label } = await own.classify(card!.path);
      expect(label).toBe('id/front');
    } finally {
      await own.close();
    }
  });

  it.each<[string, ImageSource]>([
    ['one colour', plain(640, 480, [128, 90, 60])],
    ['black', plain(300, 300, [0, 0, 0])],
    ['few pixels', plain(16, 16, [255, 255, 255])],
    ['a strip', plain(16, 640, [250, 250, 250])],
    ['a line', plain(20_000, 500, [10, 200, 90])],
  ])('knows nothing in %s', async (_, picture) => {
    const result = await classifier.classify(picture);
    expect(result.status).toBe('unknown');
    expect(Number.isFinite(result.angle)).toBe(true);
  });

  it('takes a mirrored photo for its document or for none', async () => {
    const result = await classifier.classify(await sharp(card!.path).flop().toBuffer());
    expect([null, card!.documents[0]!.label]).toContain(result.label);
  });

  it('answers one of four documents, or none', async () => {
    const four = await Promise.all(
      [card!, form!, two!, card!].map(({ path }) => sharp(path).resize(600, 450, { fit: 'fill' }).toBuffer()),
    );
    const place = (input: Buffer, i: number) => ({ input, left: 600 * (i % 2), top: 450 * (i >> 1) });
    const photo = await sharp({ create: { width: 1200, height: 900, channels: 3, background: '#554433' } })
      .composite(four.map(place))
      .jpeg()
      .toBuffer();
    const { label } = await classifier.classify(photo);
    expect([null, 'id/front', 'id/back', 'insurance/acme/claim-form', 'insurance', 'id']).toContain(label);
  });

  const [a, b, c, d] = card!.documents[0]!.corners;
  it.each<[string, unknown]>([
    ['crossing', [a, c, b, d]],
    ['equal', [a, a, c, d]],
    ['the other way round', [d, c, b, a]],
    ['three', [a, b, c]],
    ['outside', [a, b, c, d].map(({ x, y }) => ({ x: x + 9000, y }))],
    ['no places', [null, undefined, 'x', 7]],
    ['no list', 'corners'],
  ])('refuses corners: %s', async (_, corners) => {
    const source = { source: card!.path, corners } as unknown as ImageSource;
    await expect(classifier.classify(source)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
