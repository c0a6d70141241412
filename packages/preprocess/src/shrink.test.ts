import { expect, test } from 'vitest';
import { resize } from './resize.ts';
import { shrinkToRgb, wholeFactor } from './shrink.ts';
import { toRgb } from './to-rgb.ts';

/** Every value in turn, by a step that shares no factor with 256. */
function patterned(width: number, height: number, channels: 1 | 3 | 4, opaque = false) {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) =>
    opaque && i % 4 === 3 ? 255 : (i * 37 + (i >> 5)) % 256,
  );
  return { data, width, height, channels } as const;
}

test.each([
  ['grey', patterned(24, 12, 1)],
  ['RGB', patterned(24, 12, 3)],
  ['opaque RGBA', patterned(24, 12, 4, true)],
  ['RGBA with transparency', patterned(24, 12, 4)],
])('of %s each pixel is the mean of its square, as resizing by area has it', (_, image) => {
  const { data: rgb } = toRgb(image);
  for (const factor of [1, 2, 3, 4, 6, 12]) {
    const shrunk = shrinkToRgb(image, factor);
    const width = 24 / factor;
    const means = Array.from(shrunk.data, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      let sum = 0;
      for (let i = 0; i < factor * factor; i++)
        sum += rgb[3 * ((y * factor + Math.floor(i / factor)) * 24 + x * factor + (i % factor)) + (at % 3)]!;
      return Math.floor(sum / factor ** 2 + 0.5);
    });
    expect([...shrunk.data]).toEqual(means);
    // Which adds shares of a level, and so may round a half the other way.
    const resized = resize(toRgb(image), width, 12 / factor);
    expect(
      Math.max(...Array.from(shrunk.data, (value, i) => Math.abs(value - resized.data[i]!))),
    ).toBeLessThanOrEqual(1);
  }
});

test('white stays white and black black, by the largest factor', () => {
  for (const level of [0, 255]) {
    const data = new Uint8Array(32 * 16 * 4).fill(level);
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    const { data: shrunk } = shrinkToRgb({ data, width: 32, height: 16, channels: 4 }, 16);
    expect([...shrunk]).toEqual(Array(6).fill(level));
  }
});

test('reads pixels that do not begin at a word', () => {
  const { data, ...rest } = patterned(8, 8, 4, true);
  const shifted = new Uint8Array(data.length + 1);
  shifted.set(data, 1);
  expect(shrinkToRgb({ ...rest, data: shifted.subarray(1) }, 4)).toEqual(shrinkToRgb({ ...rest, data }, 4));
});

test.each([0, 1.5, 5, 17, 24])('refuses a factor of %f for 24 x 12', (factor) => {
  expect(() => shrinkToRgb(patterned(24, 12, 3), factor)).toThrow(
    /whole factor of 1 to 16 that divides 24 x 12/,
  );
});

test('the factor leaves as many pixels as are wanted, and divides', () => {
  expect(wholeFactor(4000, 3000, 600)).toBe(5);
  expect(wholeFactor(4032, 3024, 600)).toBe(4);
  expect(wholeFactor(1280, 720, 600)).toBe(1);
  expect(wholeFactor(4001, 3001, 600)).toBe(1);
  expect(wholeFactor(16000, 16000, 100)).toBe(16);
});
