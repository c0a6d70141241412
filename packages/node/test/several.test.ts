/** Several of the made documents in one picture, drawn here: each is found where it was put, and named. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Classifier,
  createDocClassifier,
  createNodeLocaliser,
  type ImageSource,
  isWithin,
  type NodeLocaliser,
  type Point,
} from '../src/index.ts';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(`${documents}${file}`, 'utf8'));

/** A document of `references`, how wide, where its box begins, and turned clockwise by so many degrees. */
interface Laid {
  readonly file: string;
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly turn?: number;
}

/** The picture, and the middle of each document in it. */
async function lay(background: string, width: number, height: number, laid: readonly Laid[]) {
  const pieces = await Promise.all(
    laid.map(async ({ file, left, top, turn = 0, width: wide }) => {
      const upright = await sharp(`${documents}references/${file}.jpg`)
        .resize({ width: wide })
        .ensureAlpha()
        .png()
        .toBuffer();
      const { data, info } = await sharp(upright)
        .rotate(turn, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .png()
        .toBuffer({ resolveWithObject: true });
      return { input: data, left, top, middle: { x: left + info.width / 2, y: top + info.height / 2 } };
    }),
  );
  const picture = await sharp({ create: { width, height, channels: 3, background } })
    .composite(pieces.map(({ input, left, top }) => ({ input, left, top })))
    .jpeg({ quality: 90 })
    .toBuffer();
  return { picture, middles: pieces.map(({ middle }) => middle) };
}

const middleOf = (corners: readonly Point[]): Point => ({
  x: corners.reduce((sum, { x }) => sum + x, 0) / 4,
  y: corners.reduce((sum, { y }) => sum + y, 0) / 4,
});

const twoOnAScan: Laid[] = [
  { file: 'id-front', width: 700, left: 150, top: 150, turn: 12 },
  { file: 'id-back', width: 700, left: 300, top: 900, turn: -80 },
];
const fourOnADesk: Laid[] = [
  { file: 'id-front', width: 620, left: 80, top: 100, turn: 10 },
  { file: 'id-back', width: 620, left: 1000, top: 90, turn: -7 },
  { file: 'insurance-acme-claim-form', width: 480, left: 100, top: 760, turn: 4 },
  { file: 'receipts-corner-shop', width: 330, left: 1250, top: 640, turn: -12 },
];
const pile: Laid[] = [
  { file: 'insurance-acme-claim-form', width: 880, left: 150, top: 150, turn: 5 },
  { file: 'id-front', width: 700, left: 650, top: 700, turn: -15 },
];
const alone: Laid[] = [{ file: 'insurance-acme-claim-form', width: 880, left: 250, top: 150, turn: 5 }];

describe('several documents in one picture', () => {
  let classifier: Classifier<ImageSource>;
  let localiser: NodeLocaliser;
  beforeAll(async () => {
    [classifier, localiser] = await Promise.all([createDocClassifier(), createNodeLocaliser()]);
    for (const { file, label } of json('index.json').references)
      await classifier.register(`${documents}${file}`, { label });
  });
  afterAll(async () => {
    await classifier?.close();
    await localiser?.close();
  });

  it.each([
    ['two cards on one scan', '#d7d5d0', 1240, 1754, twoOnAScan, ['id/front', 'id/back']],
    [
      'four on a desk',
      '#705842',
      2000,
      1500,
      fourOnADesk,
      ['id/front', 'id/back', 'insurance/acme/claim-form', 'receipts/corner-shop'],
    ],
    ['a pile', '#705842', 1500, 1500, pile, ['insurance/acme/claim-form', 'id/front']],
  ] as const)('names %s, each where it lies', async (_, ground, width, height, laid, labels) => {
    const { picture, middles } = await lay(ground, width, height, laid);
    const answers = await classifier.classifyAll(picture);
    expect(answers).toHaveLength(laid.length);
    for (const { label, found, corners, image } of answers) {
      expect(found).toBe('located');
      expect(image).toEqual({ width, height });
      const at = middleOf(corners!);
      const [nearest] = middles
        .map(({ x, y }, i) => ({ i, away: Math.hypot(x - at.x, y - at.y) }))
        .sort((a, b) => a.away - b.away);
      expect(nearest!.away).toBeLessThan(0.06 * width);
      // Its type: what lies over a document may be taken for a state of it.
      expect(isWithin(label!, labels[nearest!.i]!)).toBe(true);
    }
    expect(new Set(answers.map(({ label }) => label)).size).toBe(laid.length);
    const located = await localiser.locateAll(picture);
    expect(located).toHaveLength(laid.length);
    expect(located.every(({ image }) => image.width === width && image.height === height)).toBe(true);
  });

  it('answers a page alone as `classify` does', async () => {
    const { picture } = await lay('#705842', 1500, 1500, alone);
    const { timings: _, ...one } = await classifier.classify(picture);
    const [only, ...others] = await classifier.classifyAll(picture);
    expect(others).toEqual([]);
    expect(only).toMatchObject(one);
    const [page, ...more] = await classifier.classifyAll(`${documents}references/id-front.jpg`);
    expect(more).toEqual([]);
    expect(page).toMatchObject({ label: 'id/front', found: 'whole', corners: null });
  });

  it('answers nothing where nothing lies', async () => {
    const { picture } = await lay('#705842', 1500, 1500, []);
    expect(await classifier.classifyAll(picture)).toEqual([]);
    expect(await localiser.locateAll(picture)).toEqual([]);
  });

  it('takes corners, and no more documents than asked for', async () => {
    const { picture, middles } = await lay('#d7d5d0', 1240, 1754, twoOnAScan);
    const both = await localiser.locateAll(picture);
    const { corners } = both
      .map(({ quads }) => quads[0]!)
      .find((quad) => {
        const { x, y } = middleOf(quad.corners);
        return Math.hypot(x - middles[1]!.x, y - middles[1]!.y) < 100;
      })!;
    const answers = await classifier.classifyAll({ source: picture, corners });
    expect(answers).toMatchObject([{ label: 'id/back', found: 'given' }]);
    expect(await localiser.locateAll(picture, { most: 1 })).toHaveLength(1);
    await expect(localiser.locateAll(picture, { most: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
