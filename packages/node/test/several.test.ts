/** Several of the made documents in one picture, drawn here: each is found where it was put, and named. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Classifier,
  createDocClassifier,
  createNodeLocaliser,
  type ImageSource,
  isWithin,
  type NodeLocaliser,
} from '../src/index.ts';
import { alone, documents, fourOnADesk, lay, middleOf, pile, twoOnAScan } from './laid.ts';

const json = (file: string) => JSON.parse(readFileSync(`${documents}${file}`, 'utf8'));

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
