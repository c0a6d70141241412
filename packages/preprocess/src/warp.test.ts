import { expect, test } from 'vitest';
import type { Corners } from './corners.ts';
import { goldenImage } from './golden-image.ts';
import { homography, type Matrix3, mapPoint } from './homography.ts';
import type { RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';
import { rotateQuarterTurns } from './rotate.ts';
import { warpByHomography, warpPerspective } from './warp.ts';

const identity: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const tilted = corners([210, 130], [1010, 220], [960, 800], [150, 700]);

test('the identity copies, and outside of it lies the border', () => {
  const image = goldenImage();
  expect(warpByHomography(image, identity, image.width, image.height).data).toEqual(image.data);
  const grey: RasterImage = { data: Uint8Array.of(10, 20), width: 2, height: 1, channels: 1 };
  const shifted: Matrix3 = [1, 0, -1.5, 0, 1, 0, 0, 0, 1];
  expect([...warpByHomography(grey, shifted, 5, 1).data]).toEqual([10, 10, 15, 20, 20]);
  expect([...warpByHomography(grey, shifted, 5, 1, 100).data]).toEqual([100, 55, 15, 60, 100]);
});

test('a flat picture stays flat', () => {
  const flat: RasterImage = {
    data: new Uint8Array(900 * 700).fill(201),
    width: 900,
    height: 700,
    channels: 1,
  };
  expect(warpPerspective(flat, tilted, 64, 48).data.every((value) => value === 201)).toBe(true);
});

test('the corners of the whole picture make it a resize', () => {
  const image = goldenImage();
  const whole = corners([0, 0], [200, 0], [200, 150], [0, 150]);
  for (const [width, height] of [
    [200, 150],
    [128, 128],
    [80, 61],
    [310, 290],
  ] as const) {
    expect(
      greatestDifference(warpPerspective(image, whole, width, height), resize(image, width, height)),
    ).toBeLessThanOrEqual(1);
  }
});

test('the first corner is the document top left, so a card on its side comes out upright', () => {
  const image = goldenImage();
  const onItsSide = rotateQuarterTurns(image, 1);
  const stated = corners([150, 0], [150, 200], [0, 200], [0, 0]);
  expect(greatestDifference(warpPerspective(onItsSide, stated, 200, 150), image)).toBeLessThanOrEqual(1);
});

// Truth by brute force: every output pixel is the mean of 24 x 24 samples of the full picture. At twice
// the output's size the bilinear blur of half a source pixel shows most; at 64 x 48 the first shrink does.
test.each([
  [400, 300, 2.5],
  [128, 128, 1],
  [64, 48, 2],
])('agrees with dense supersampling at %i x %i', (width, height, tolerance) => {
  const image = smoothPage(1200, 900);
  const straight = warpPerspective(image, tilted, width, height);
  const frame = corners([0, 0], [width, 0], [width, height], [0, height]);
  const matrix = homography(frame, tilted);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let truth = 0;
      for (let i = 0; i < 576; i++) {
        const at = mapPoint(matrix, x + ((i % 24) + 0.5) / 24, y + (Math.floor(i / 24) + 0.5) / 24);
        truth += image.data[Math.floor(at.y) * image.width + Math.floor(at.x)]! / 576;
      }
      sum += Math.abs(truth - straight.data[y * width + x]!);
    }
  }
  expect(sum / (width * height)).toBeLessThan(tolerance);
});

test('corners far outside of the picture take bounded time and memory', () => {
  const far = corners([-1e7, -1e7], [1e7, -1e7], [1e7, 1e7], [-1e7, 1e7]);
  expect(warpPerspective(goldenImage(), far, 32, 32).data.length).toBe(32 * 32 * 3);
});

test.each<[string, () => unknown, string]>([
  [
    'a NaN matrix',
    () => warpByHomography(goldenImage(), [Number.NaN, 0, 0, 0, 1, 0, 0, 0, 1], 5, 5),
    'INVALID_ARGUMENT',
  ],
  ['a border of 256', () => warpByHomography(goldenImage(), identity, 5, 5, 256), 'INVALID_ARGUMENT'],
  ['a size of 0', () => warpPerspective(goldenImage(), tilted, 0, 5), 'INVALID_ARGUMENT'],
  [
    'crossing corners',
    () => warpPerspective(goldenImage(), corners([0, 0], [9, 0], [0, 9], [9, 9]), 5, 5),
    'INVALID_CORNERS',
  ],
])('refuses %s', (_, act, code) => {
  expect(act).toThrow(expect.objectContaining({ code }));
});

function corners(...points: [x: number, y: number][]): Corners {
  return points.map(([x, y]) => ({ x, y })) as unknown as Corners;
}

/** Grey lines of print, 3 to 12 pixels wide: fine enough to alias at the sizes above. */
function smoothPage(width: number, height: number): RasterImage {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = y % 20 < 10 && ((x / 3) | 0) % (3 + (((y / 20) | 0) % 4)) < 2;
      data[y * width + x] = ink ? 40 : 210;
    }
  }
  return { data, width, height, channels: 1 };
}

function greatestDifference(a: RasterImage, b: RasterImage): number {
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels]);
  let greatest = 0;
  for (let i = 0; i < a.data.length; i++) greatest = Math.max(greatest, Math.abs(a.data[i]! - b.data[i]!));
  return greatest;
}
