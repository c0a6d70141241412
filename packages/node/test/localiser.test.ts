import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocclfError } from '@docclf/core';
import { localiserManifestUrl } from '@docclf/model';
import { type Corners, homography, type RasterImage, warpByHomography } from '@docclf/preprocess';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeLocaliser, type NodeLocaliser } from '../src/localiser.ts';
import { drawPage } from './pictures.ts';

const at = (x: number, y: number) => ({ x, y });
/** Where the page lies in the photo, its own top left first: turned by some 20 degrees, a little tilted. */
const placed: Corners = [at(420, 150), at(1010, 340), at(760, 1130), at(130, 900)];
const size = { width: 1200, height: 1300 };

/** The drawn page on brown ground. */
async function photo(): Promise<RasterImage> {
  const { data, info } = await drawPage(5).raw().toBuffer({ resolveWithObject: true });
  const page: RasterImage = { data, width: info.width, height: info.height, channels: 3 };
  const { width, height } = page;
  const matrix = homography(placed, [at(0, 0), at(width, 0), at(width, height), at(0, height)]);
  const drawn = warpByHomography(page, matrix, size.width, size.height, 0);
  const pixels = Uint8Array.from(
    drawn.data,
    (value, i) => value || [120, 88, 60][i % 3]! + ((i * 7919) % 13),
  );
  return { data: pixels, ...size, channels: 3 };
}

/** The largest distance of a corner, whichever corner comes first. */
function distanceOf(found: Corners, expected: Corners): number {
  const turns = [0, 1, 2, 3].map((turn) =>
    Math.max(
      ...found.map(({ x, y }, i) => {
        const other = expected[((i + turn) % 4) as 0 | 1 | 2 | 3];
        return Math.hypot(x - other.x, y - other.y);
      }),
    ),
  );
  return Math.min(...turns);
}

describe('createNodeLocaliser', () => {
  let localiser: NodeLocaliser;
  beforeAll(async () => {
    localiser = await createNodeLocaliser();
  });
  afterAll(() => localiser.close());

  it('finds a page on a table, in pixels of the source, however it was decoded', async () => {
    const image = await photo();
    const jpeg = await sharp(image.data, { raw: { ...size, channels: 3 } })
      .resize(size.width * 4, size.height * 4)
      .jpeg()
      .toBuffer();
    const small = await localiser.locate(image);
    const large = await localiser.locate(jpeg);
    expect(small.image).toEqual(size);
    expect(large.image).toEqual({ width: 4800, height: 5200 });
    // A fortieth of the page's longer side.
    expect(distanceOf(small.quads[0]!.corners, placed)).toBeLessThan(21);
    const scaled = placed.map(({ x, y }) => at(x * 4, y * 4)) as unknown as Corners;
    expect(distanceOf(large.quads[0]!.corners, scaled)).toBeLessThan(4 * 21);
    expect(small.advice).toEqual([]);
  });

  it('cuts out and straightens what it found, or what it is told', async () => {
    const image = await photo();
    const told = await localiser.crop(image, { corners: placed });
    expect(told?.corners).toEqual(placed);
    const { data } = await drawPage(5, 320, 448).raw().toBuffer({ resolveWithObject: true });
    const { width, height } = told!.picture;
    expect([width, height]).toEqual([671, 829]);
    const back = await sharp(told!.picture.data, { raw: { width, height, channels: 3 } })
      .resize(320, 448, { fit: 'fill' })
      .raw()
      .toBuffer();
    const difference = back.reduce((sum, value, i) => sum + Math.abs(value - data[i]!), 0) / back.length;
    expect(difference).toBeLessThan(6);
    const turned = await localiser.crop(image, { corners: placed, turns: 1 });
    expect(turned?.corners[0]).toEqual(placed[1]);
    expect([turned?.picture.width, turned?.picture.height]).toEqual([829, 671]);
    const found = await localiser.crop(image);
    expect(distanceOf(found!.corners, placed)).toBeLessThan(21);
  });

  it.each([
    ['crossing', [at(0, 0), at(90, 90), at(90, 0), at(0, 90)]],
    ['equal', [at(0, 0), at(0, 0), at(90, 90), at(0, 90)]],
    ['mirrored', [at(90, 0), at(0, 0), at(0, 90), at(90, 90)]],
    ['not finite', [at(Number.NaN, 0), at(90, 0), at(90, 90), at(0, 90)]],
  ])('refuses corners that are %s', async (_, corners) => {
    const told = corners as unknown as Corners;
    await expect(localiser.crop(await photo(), { corners: told })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'corners' },
    });
  });

  it('takes corners outside of the picture', async () => {
    const outside: Corners = [at(-500, -500), at(2000, -500), at(2000, 2000), at(-500, 2000)];
    expect((await localiser.crop(await photo(), { corners: outside }))?.picture.width).toBe(2500);
  });

  it('says honestly that a picture of one colour shows nothing', async () => {
    const { data } = { data: new Uint8Array(400 * 300 * 3).fill(200) };
    const blank: RasterImage = { data, width: 400, height: 300, channels: 3 };
    const { quads, advice } = await localiser.locate(blank);
    expect([quads, advice]).toEqual([[], ['nothing-found']]);
    expect(await localiser.crop(blank)).toBeUndefined();
  });

  it('gives the errors of every other door', async () => {
    await expect(localiser.locate('nowhere.jpg')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(localiser.locate(new Uint8Array(0))).rejects.toMatchObject({ code: 'IMAGE_EMPTY' });
    const signal = AbortSignal.abort();
    await expect(localiser.locate(await photo(), { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

it('is closed once it is closed, and closes twice', async () => {
  const localiser = await createNodeLocaliser();
  const under = localiser.locate(await photo());
  await Promise.all([localiser.close(), localiser.close()]);
  expect((await under).quads.length).toBeGreaterThan(0);
  await expect(localiser.locate(await photo())).rejects.toMatchObject({ code: 'CLOSED' });
});

it('refuses a manifest that is none, and a file that is not the manifest’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-'));
  const { default: card } = await import(localiserManifestUrl.href, { with: { type: 'json' } });
  const file = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  writeFileSync(join(folder, card.file), 'not a network');
  const attempt = (path: string) => createNodeLocaliser({ localiser: path });
  await expect(attempt(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  await expect(attempt(file('bad.json', { ...card, bytes: -1 }))).rejects.toMatchObject({
    code: 'MANIFEST_INVALID',
  });
  await expect(attempt(file('other.json', card))).rejects.toBeInstanceOf(DocclfError);
  await expect(attempt(file('other.json', card))).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
});
