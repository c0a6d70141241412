import { expect, it } from 'vitest';
import { lightOf } from './light.ts';

const width = 320;
const height = 180;

/** A grey picture, the level of each pixel by its place. */
function picture(level: (x: number, y: number) => number) {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(level(x, y), 4 * (y * width + x), 4 * (y * width + x) + 3);
  return { data, width, height, channels: 4 } as const;
}

/** A page with lines on a desk. */
const page = (x: number, y: number) => (x < 60 || x > 260 ? 120 : y % 12 < 2 && x % 40 > 8 ? 60 : 235);

it('has nothing to say of a page on a lit desk', () => {
  expect(lightOf(picture(page))).toBeUndefined();
});

it('calls dark what can hardly be read', () => {
  expect(lightOf(picture((x, y) => page(x, y) / 8))).toBe('dark');
  expect(lightOf(picture(() => 0))).toBe('dark');
});

it('sees a reflection that bleaches a part of the page', () => {
  const glaring = (x: number, y: number) => {
    const distance = Math.hypot(x - 160, y - 90);
    return Math.min(255, 0.8 * page(x, y) + 400 * Math.exp(-((distance / 45) ** 2)));
  };
  expect(lightOf(picture(glaring))).toBe('glare');
});
