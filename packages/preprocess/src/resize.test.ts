import { expect, test } from 'vitest';
import { goldenImage } from './golden-image.ts';
import type { RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';

test.each([
  [16, 11],
  [37, 11],
  [1, 1],
  [80, 9],
  [12, 60],
  [100, 70],
])('a flat picture stays flat at %i x %i', (width, height) => {
  for (const channels of [1, 3, 4] as const) {
    for (const level of [0, 1, 127, 254, 255]) {
      const flat: RasterImage = {
        data: new Uint8Array(37 * 23 * channels).fill(level),
        width: 37,
        height: 23,
        channels,
      };
      const resized = resize(flat, width, height);
      expect([resized.width, resized.height, resized.channels]).toEqual([width, height, channels]);
      expect(resized.data.every((value) => value === level)).toBe(true);
    }
  }
});

test('does not care which byte array holds the pixels, nor alter it', () => {
  const image = goldenImage();
  const before = image.data.slice();
  const expected = resize(image, 61, 43);
  const buffer = new ArrayBuffer(image.data.length + 3);
  new Uint8Array(buffer, 3).set(image.data);
  expect(resize({ ...image, data: new Uint8ClampedArray(image.data) }, 61, 43)).toEqual(expected);
  expect(resize({ ...image, data: new Uint8Array(buffer, 3) }, 61, 43)).toEqual(expected);
  expect(image.data).toEqual(before);
});

test('keeps the mean when shrinking', () => {
  const image = goldenImage();
  expect(Math.abs(mean(resize(image, 71, 53).data) - mean(image.data))).toBeLessThan(0.1);
});

test.each([1, 3, 4] as const)(
  'half of both sides is the mean of four pixels, with %i channels',
  (channels) => {
    const [width, height] = [26, 14];
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7919) % 256);
    const at = (x: number, y: number, channel: number) => data[(y * width + x) * channels + channel]!;
    const half = resize({ data, width, height, channels }, width / 2, height / 2);
    const expected = Array.from(half.data, (_, i) => {
      const [pixel, channel] = [Math.floor(i / channels), i % channels];
      const [x, y] = [2 * (pixel % (width / 2)), 2 * Math.floor(pixel / (width / 2))];
      const four = [
        at(x, y, channel),
        at(x + 1, y, channel),
        at(x, y + 1, channel),
        at(x + 1, y + 1, channel),
      ];
      return Math.round(four.reduce((sum, value) => sum + value) / 4);
    });
    expect([...half.data]).toEqual(expected);
  },
);

test('the same size is the same object', () => {
  const image = goldenImage();
  expect(resize(image, image.width, image.height)).toBe(image);
});

test.each([
  [0, 5],
  [5, -1],
  [1.5, 5],
  [5, Number.NaN],
])('refuses the size %d x %d', (width, height) => {
  expect(() => resize(goldenImage(), width, height)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

// A decoder may shrink by a whole factor while it decodes. With four times the target's size
// left, 128 x 128 differs by at most 2.6 grey levels on average, on regular print of full contrast that
// is finer than it can show, the worst case; with only twice that size left it would be 5.5.
test.each([2, 4, 8])('a picture shrunk by %i beforehand resizes to nearly the same', (factor) => {
  const image = page(550 * factor, 520 * factor);
  const box = resize(image, 550, 520);
  const direct = resize(image, 128, 128);
  const viaBox = resize(box, 128, 128);
  const differences = Float64Array.from(direct.data, (value, i) => Math.abs(value - viaBox.data[i]!));
  expect(mean(differences)).toBeLessThan(3);
});

/** Something like a printed page: lines of small dark strokes on light, uneven ground. */
function page(width: number, height: number): RasterImage {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const ground = 210 + 20 * Math.cos(y / 70);
    for (let x = 0; x < width; x++) {
      const ink = y % 24 < 12 && ((x >> 2) * 7 + ((y / 24) | 0) * 5 + ((x >> 2) & y & 3)) % 5 < 2;
      data[y * width + x] = ink ? 30 : ground;
    }
  }
  return { data, width, height, channels: 1 };
}

function mean(data: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return sum / data.length;
}
