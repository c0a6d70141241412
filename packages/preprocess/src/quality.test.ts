import { expect, test } from 'vitest';
import { measureQuality } from './quality.ts';
import type { RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';

interface Scene {
  readonly paper?: number;
  readonly noise?: number;
  /** A reflection: added light, largest in the middle of the page, falling off as a bell curve. */
  readonly glare?: { readonly added: number; readonly radius: number };
  /** A white rectangle, as on an identity card. */
  readonly panel?: boolean;
  /** Grey level of the ground that the page lies on; default: the page fills the picture. */
  readonly ground?: number;
}

test('sharpness falls with blur, whatever the resolution', () => {
  const page = draw(1200, 840);
  const sharp = measureQuality(page).sharpness;
  let before = sharp;
  for (const radius of [2, 4, 8]) {
    const { sharpness } = measureQuality(blur(page, radius));
    expect(sharpness).toBeLessThan(before * 0.7);
    before = sharpness;
  }
  const twice = measureQuality(draw(2400, 1680)).sharpness;
  expect(twice / sharp).toBeGreaterThan(0.9);
  expect(twice / sharp).toBeLessThan(1.1);
});

test('a picture too small to read is not sharp', () => {
  const page = draw(1200, 840);
  expect(measureQuality(resize(page, 120, 84)).sharpness).toBeLessThan(0.2 * measureQuality(page).sharpness);
});

test('glare is near the share of bleached paper, and grows with it', () => {
  let before = 0;
  for (const radius of [40, 80, 160]) {
    const { glare } = measureQuality(draw(1000, 700, { glare: { added: 150, radius } }));
    // A bell of 150 on paper of 200 saturates within 1.48 radii.
    const bleached = (Math.PI * (1.48 * radius) ** 2) / (1000 * 700);
    expect(glare).toBeGreaterThan(Math.max(before, bleached * 0.8));
    expect(glare).toBeLessThan(bleached * 1.8);
    before = glare;
  }
});

test.each<[string, Scene]>([
  ['a clean scan', { paper: 255, noise: 0 }],
  ['a noisy scan', { paper: 250, noise: 4 }],
  ['a photograph', {}],
  ['a white panel on a card', { panel: true }],
  ['a white panel on a noisy card', { panel: true, noise: 8 }],
  ['a page on white ground', { ground: 255 }],
])('no glare: %s', (_, scene) => {
  expect(measureQuality(draw(1000, 700, scene)).glare).toBe(0);
});

test('contrast runs from 0 to 1 and sees sparse print', () => {
  expect(measureQuality(draw(1000, 700, { paper: 255, noise: 0 })).contrast).toBeGreaterThan(0.8);
  const flat: RasterImage = { data: new Uint8Array(900).fill(77), width: 30, height: 30, channels: 1 };
  expect(measureQuality(flat)).toEqual({ width: 30, height: 30, sharpness: 0, glare: 0, contrast: 0 });
  const halves = { ...flat, data: flat.data.map((_, i) => (i < 450 ? 0 : 255)) };
  expect(measureQuality(halves).contrast).toBe(1);
  const sparse = { ...flat, data: flat.data.map((_, i) => (i % 30 === 7 ? 0 : 255)) };
  expect(measureQuality(sparse).contrast).toBeGreaterThan(0.8);
});

test.each([
  [1, 1],
  [1, 900],
  [3, 2],
])('measures %i x %i without a fault', (width, height) => {
  const quality = measureQuality({ data: new Uint8Array(width * height * 4), width, height, channels: 4 });
  expect(quality).toEqual({ width, height, sharpness: 0, glare: 0, contrast: 0 });
});

test('refuses what is not an image', () => {
  expect(() => measureQuality({ data: new Uint8Array(1), width: 2, height: 2, channels: 1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_IMAGE' }),
  );
});

/** A grey page of printed lines; the same drawing at any resolution, in a frame 1000 wide. */
function draw(width: number, height: number, scene: Scene = {}): RasterImage {
  const { paper = 200, noise = 2, glare, panel = false, ground } = scene;
  const data = new Uint8ClampedArray(width * height);
  const unit = width / 1000;
  let state = 1;
  for (let y = 0; y < height; y++) {
    const v = y / unit;
    const line = Math.floor(v / 24);
    for (let x = 0; x < width; x++) {
      const u = x / unit;
      const printed = u > 60 && u < 940 && v > 60 && v < 640 && v % 24 < 12;
      const stroke =
        Math.imul(line * 131 + Math.floor(u / 6) * 7 + Math.floor((v % 24) / 4) * 29, 0x9e3779b1) >>> 30;
      let level = printed && stroke === 0 ? 40 : paper;
      if (panel && u > 150 && u < 400 && v > 150 && v < 450) level = 255;
      if (ground !== undefined && (u < 80 || u > 920 || v < 50 || v > 650)) level = ground;
      if (glare)
        level += glare.added * Math.exp(-((u - 500) ** 2 + (v - 350) ** 2) / (2 * glare.radius ** 2));
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[y * width + x] = level + noise * (state / 2 ** 31 - 1);
    }
  }
  return { data, width, height, channels: 1 };
}

/** Mean over a square of 2 * radius + 1, one axis after the other. */
function blur(image: RasterImage, radius: number): RasterImage {
  const { width, height } = image;
  let data = image.data;
  for (const [step, size] of [
    [1, width],
    [width, height],
  ] as const) {
    const source = data;
    data = source.map((_, i) => {
      const at = Math.floor(i / step) % size;
      let sum = 0;
      for (let k = -radius; k <= radius; k++)
        sum += source[i + (Math.min(Math.max(at + k, 0), size - 1) - at) * step]!;
      return sum / (2 * radius + 1);
    });
  }
  return { ...image, data };
}
