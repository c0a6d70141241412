import type { Corners, RasterImage } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import { grid, inputSide, mapsLength } from './layout.ts';
import { createLocaliser, type RunLocaliser } from './localiser.ts';
import type { LocaliserManifest } from './manifest.ts';
import { prepareSeveral } from './prepare-several.ts';
import { locateAll } from './several.ts';

const manifest = { preprocessing: { mean: [0, 0, 0], std: [1, 1, 1] } } as unknown as LocaliserManifest;

/**
 * A network whose documents are what is bright: the mask is the brightness, and each of its corners is one of the
 * document's, on the map of all four, as the trained one shows several.
 */
const bright: RunLocaliser = async (input, count) => {
  const maps = new Float32Array(count * mapsLength).fill(-8);
  const confidence = new Float32Array(2 * count).fill(-5);
  for (let image = 0; image < count; image++) {
    const light = (column: number, row: number) => {
      if (column < 0 || row < 0 || column >= grid || row >= grid) return false;
      return input[(image * 3 * inputSide + row * 4 + 2) * inputSide + column * 4 + 2]! > 0.5;
    };
    for (let cell = 0; cell < grid * grid; cell++) {
      const [x, y] = [cell % grid, Math.floor(cell / grid)];
      if (!light(x, y)) continue;
      maps[image * mapsLength + cell] = 8;
      confidence[2 * image] = 5;
      const [left, right, up, down] = [light(x - 1, y), light(x + 1, y), light(x, y - 1), light(x, y + 1)];
      const planes = [!left && !up, !right && !up, !right && !down, !left && !down];
      planes.forEach((isCorner, i) => {
        if (isCorner) maps[image * mapsLength + (i + 1) * grid * grid + cell] = 8;
      });
    }
  }
  return { maps, confidence };
};

const localiser = createLocaliser({ manifest, run: bright });

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** White boxes on black. */
function picture(width: number, height: number, boxes: readonly Box[]): RasterImage {
  const data = new Uint8Array(width * height * 3);
  for (const [left, top, right, bottom] of boxes) {
    for (let y = top; y < bottom; y++) data.fill(255, 3 * (y * width + left), 3 * (y * width + right));
  }
  return { data, width, height, channels: 3 };
}

function boxOf(corners: Corners): number[] {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const two: Box[] = [
  [30, 40, 190, 140],
  [210, 240, 370, 340],
];
const four: Box[] = [
  [20, 20, 180, 120],
  [220, 30, 380, 130],
  [40, 200, 140, 360],
  [240, 180, 360, 380],
];

describe('locateAll', () => {
  it.each([
    ['two', two],
    ['four', four],
    ['one', [[100, 120, 300, 260]] as Box[]],
  ])('finds %s, each where it lies', async (_, boxes) => {
    const found = await locateAll(localiser, picture(400, 400, boxes));
    const places = found.map(({ quads }) => boxOf(quads[0]!.corners)).sort((a, b) => a[0]! - b[0]!);
    const expected = [...boxes].sort((a, b) => a[0] - b[0]);
    expect(places).toHaveLength(boxes.length);
    for (const [i, place] of places.entries()) {
      for (const [side, value] of place.entries()) {
        expect(Math.abs(value - expected[i]![side as 0 | 1 | 2 | 3])).toBeLessThan(10);
      }
    }
  });

  it('tells of the only one what `locate` tells', async () => {
    const image = picture(400, 400, [[100, 120, 300, 260]]);
    expect(await locateAll(localiser, image)).toEqual([await localiser.locate(image)]);
  });

  it('answers in pixels of the source, with advice of each', async () => {
    const size = { width: 800, height: 800 };
    const found = await locateAll(localiser, picture(400, 400, [...two, [260, 20, 290, 60]]), { size });
    const [, , small] = found;
    expect(boxOf(small!.quads[0]!.corners)[0]).toBeGreaterThan(500);
    expect(found.map(({ advice }) => advice)).toEqual([[], [], ['too-small']]);
  });

  it('finds nothing where nothing is, and no more than asked for', async () => {
    expect(await locateAll(localiser, picture(300, 400, []))).toEqual([]);
    expect(await locateAll(localiser, picture(400, 400, four), { most: 2 })).toHaveLength(2);
    await expect(locateAll(localiser, picture(4, 4, []), { most: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('looks a bounded number of times at a picture full of corners', async () => {
    let inputs = 0;
    const counting = createLocaliser({
      manifest,
      run: (input, count) => {
        inputs += count;
        return bright(input, count);
      },
    });
    const boxes = Array.from({ length: 64 }, (_, i): Box => {
      const [x, y] = [10 + 50 * (i % 8), 10 + 50 * (i >> 3)];
      return [x, y, x + 30, y + 30];
    });
    const found = await locateAll(counting, picture(400, 400, boxes));
    expect(found.length).toBeLessThanOrEqual(16);
    // Five rounds of a look at all and two at twelve, one before and one inside of each.
    expect(inputs).toBeLessThanOrEqual(3 + 5 * 25 + 16);
  });
});

describe('prepareSeveral', () => {
  const spec = { width: 8, height: 8, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  const prepare = (image: RasterImage, locate: 'auto' | false | Corners = 'auto') =>
    prepareSeveral(
      {
        decode: async () => ({ image, width: image.width, height: image.height }),
        hash: () => 'hash',
        encodeThumbnail: async ({ width, height }) => Uint8Array.of(width, height),
      },
      { spec, localiser, locate, thumbnail: true },
    );

  it('cuts each of several out, and has no view of the whole', async () => {
    const documents = await prepare(picture(400, 400, two));
    expect(documents).toHaveLength(2);
    for (const { views, thumbnail, principal } of documents) {
      expect(new Set(views.map(({ found }) => found))).toEqual(new Set(['located']));
      expect(principal).toBe(0);
      // Straightened, 160 x 100.
      expect(thumbnail![0]! / thumbnail![1]!).toBeGreaterThan(1.4);
    }
  });

  it('is `prepareImage` of one, of none, and where nobody shall look', async () => {
    const one = await prepare(picture(400, 400, [[100, 120, 300, 260]]));
    expect(one.map(({ views }) => views[0].found)).toEqual(['whole']);
    expect(one[0]!.views.length).toBeGreaterThan(1);
    const none = await prepare(picture(400, 400, []));
    expect(none).toMatchObject([{ advice: ['nothing-found'], views: [{ found: 'whole' }] }]);
    const asItIs = await prepare(picture(400, 400, two), false);
    expect(asItIs).toMatchObject([{ advice: [], views: [{ found: 'whole' }] }]);
    const corners = [
      { x: 30, y: 40 },
      { x: 190, y: 40 },
      { x: 190, y: 140 },
      { x: 30, y: 140 },
    ] as const;
    expect(await prepare(picture(400, 400, two), corners)).toMatchObject([{ views: [{ found: 'given' }] }]);
  });
});
