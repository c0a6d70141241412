import type { Corners, RasterImage } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import type { Found, FoundQuad, Localiser, LocateOptions, Look } from './localiser.ts';
import { decodedSide, locateOf, prepareParts } from './prepare.ts';

const spec = { width: 8, height: 8, mean: [0, 0, 0], std: [1, 1, 1] } as const;

const box = (left: number, top: number, right: number, bottom: number): Corners => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

/** A white sheet of 80 x 40 with a red top left quarter, on black, in 200 x 100 pixels. */
const sheet = box(40, 30, 120, 70);
const photo = draw(200, 100);

function draw(width: number, height: number): RasterImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      if (x < 40 || x >= 120 || y < 30 || y >= 70) continue;
      data.fill(255, to, to + 3);
      if (x < 80 && y < 50) data.fill(0, to + 1, to + 3);
    }
  }
  return { data, width, height, channels: 3 };
}

const quad = (look: Look, corners: Corners, score = -0.5): FoundQuad => ({
  look,
  corners,
  score,
  turns: [1, 0, 0, 0],
});

function finds(quads: readonly FoundQuad[], wholeChance = 0): Localiser & { asked: LocateOptions[] } {
  const asked: LocateOptions[] = [];
  const found: Found = { quads, wholeChance, documentChance: quads.length > 0 ? 1 : 0, advice: [] };
  return {
    asked,
    manifest: undefined as unknown as Localiser['manifest'],
    locate: async (_, options = {}) => {
      asked.push(options);
      return found;
    },
    look: async () => [],
    selfTest: async () => ({ difference: 0 }),
  };
}

const prepare = (localiser: Localiser | undefined, options = {}) =>
  prepareParts(photo, { spec, localiser, ...options });

describe('prepareParts', () => {
  it('takes the picture as it is without a localiser, and when told to', async () => {
    const localiser = finds([quad('photo', sheet)]);
    for (const parts of [await prepare(undefined), await prepare(localiser, { locate: false })]) {
      expect(parts.views.map(({ found }) => found)).toEqual(['whole']);
      expect(parts).toMatchObject({ principal: 0, advice: [], part: { width: 200, height: 100 } });
      expect(parts.picture(100)).toBe(photo);
    }
    expect(localiser.asked).toEqual([]);
  });

  it('adds what is found to the whole picture: the quad, drawn in, and what lies inside', async () => {
    const inner = box(60, 40, 100, 60);
    const localiser = finds([quad('closer', sheet), quad('photo', sheet), quad('inside', inner)]);
    const { views, principal, part, picture } = await prepare(localiser);
    expect(views.map(({ found }) => found)).toEqual(['whole', 'located', 'located', 'located']);
    const [, best, drawnIn, inside] = views as readonly { corners: Corners; tensor: Float32Array }[];
    expect(best!.corners).toBe(sheet);
    expect(drawnIn!.corners[0]).toEqual({ x: expect.closeTo(48, 6), y: expect.closeTo(34, 6) });
    expect(inside!.corners).toBe(inner);
    // Planes of 8 x 8: green is 0 in the sheet's red quarter and 1 in the others.
    const green = (tensor: Float32Array, x: number, y: number) => tensor[64 + y * 8 + x]!;
    expect([green(best!.tensor, 1, 1), green(best!.tensor, 6, 1), green(best!.tensor, 1, 6)]).toEqual([
      0, 1, 1,
    ]);
    expect(principal).toBe(1);
    expect(part).toEqual({ width: 80, height: 40 });
    const straight = picture(40);
    expect([straight.width, straight.height]).toEqual([40, 20]);
  });

  it('counts corners in the source that the picture was shrunk from', async () => {
    const size = { width: 400, height: 200 };
    const larger = sheet.map(({ x, y }) => ({ x: 2 * x, y: 2 * y })) as unknown as Corners;
    const { views, part, picture } = await prepare(finds([quad('photo', larger)]), { size });
    expect(views[1]).toMatchObject({ corners: larger });
    expect([...views[1]!.tensor]).toEqual([
      ...(await prepare(finds([quad('photo', sheet)]))).views[1]!.tensor,
    ]);
    expect(part).toEqual({ width: 160, height: 80 });
    // No more pixels than there are.
    expect(picture(1000).width).toBe(80);
  });

  it.each([
    ['it says so', finds([quad('photo', sheet)], 0.6)],
    ['the quad is its rim', finds([quad('photo', box(2, 1, 198, 99))])],
    ['nothing is found', finds([])],
  ])('the whole picture is the only view where %s', async (_, localiser) => {
    const { views, principal } = await prepare(localiser);
    expect(views).toHaveLength(1);
    expect(principal).toBe(0);
    expect(localiser.asked).toEqual([{ size: photo, closer: 'unless-whole' }]);
  });

  it.each([
    ['the quad leaves little out', [quad('photo', box(10, 5, 190, 95))]],
    ['a closer look does', [quad('closer', box(10, 5, 190, 95)), quad('photo', sheet)]],
    ['the quad is poor', [quad('photo', sheet, -2)]],
  ])('the whole picture stands for itself where %s, and the cut-out is a view', async (_, quads) => {
    const { views, principal } = await prepare(finds(quads));
    expect(views.length).toBeGreaterThan(1);
    expect(principal).toBe(0);
  });

  it('advises of the document, and of a flat scan only that it is small', async () => {
    expect((await prepare(finds([]))).advice).toEqual(['nothing-found']);
    expect((await prepare(finds([quad('photo', sheet)]))).advice).toEqual(['too-small']);
    const leaves = box(-60, 10, 120, 190);
    const large = { size: { width: 400, height: 200 } };
    expect((await prepare(finds([quad('photo', leaves)]), large)).advice).toEqual(['out-of-frame']);
    // Its quad lies a little outside.
    expect((await prepare(finds([quad('photo', box(-20, -10, 400, 200))], 0.9), large)).advice).toEqual([]);
  });

  it('cuts out what the caller outlines, and nothing else', async () => {
    const localiser = finds([quad('photo', box(0, 0, 50, 50))]);
    const { views, principal, advice } = await prepare(localiser, { locate: sheet });
    expect(views).toHaveLength(1);
    expect(views[0]).toMatchObject({ found: 'given', corners: sheet });
    expect([principal, advice]).toEqual([0, ['too-small']]);
    expect(localiser.asked).toEqual([]);
    const partly = await prepare(undefined, { locate: box(-50, -50, 100, 50) });
    expect(partly.views[0].tensor.every(Number.isFinite)).toBe(true);
  });

  const [a, b, c, d] = sheet;
  it.each([
    ['three', [a, b, c]],
    ['crossing', [a, c, b, d]],
    ['equal', [a, a, c, d]],
    ['counter-clockwise', [d, c, b, a]],
    ['not finite', [a, b, c, { x: Number.NaN, y: 0 }]],
    ['without places', [a, b, c, null]],
    ['all outside', box(300, 300, 400, 400)],
    ['beyond all numbers', box(-1e308, -1e308, 1e308, 1e308)],
  ])('refuses corners that are %s', async (_, corners) => {
    await expect(prepare(undefined, { locate: corners })).rejects.toMatchObject({ name: 'PreprocessError' });
  });

  it.each([
    [1, 20_000],
    [20_000, 1],
    [1, 1],
  ])('takes a picture of %i x %i pixels', async (width, height) => {
    const strip = { data: new Uint8Array(width * height * 3), width, height, channels: 3 } as const;
    const quads = [quad('photo', box(0.1 * width, 0.1 * height, 0.6 * width, 0.6 * height))];
    const parts = await prepareParts(strip, { spec, localiser: finds(quads) });
    for (const { tensor } of parts.views) expect(tensor.every(Number.isFinite)).toBe(true);
    expect(parts.picture(100).width).toBeGreaterThan(0);
  });
});

it('corners of the call go before those of the source, and those before looking', () => {
  const localiser = finds([]);
  const other = box(0, 0, 9, 9);
  expect(locateOf(sheet, other, localiser)).toBe(sheet);
  expect(locateOf('auto', other, localiser)).toBe(other);
  expect(locateOf(false, other, localiser)).toBe(other);
  expect(locateOf(undefined, undefined, localiser)).toBe('auto');
  expect(locateOf(false, undefined, localiser)).toBe(false);
  expect(locateOf('auto', undefined, undefined)).toBe(false);
});

it('a picture that is looked into is decoded larger than one that is not', () => {
  const sides = ([false, 'auto', sheet] as const).map((locate) => decodedSide(spec, locate));
  expect(sides).toEqual([8, 150, 256]);
});
