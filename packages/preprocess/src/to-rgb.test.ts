import { expect, test } from 'vitest';
import { toRgb } from './to-rgb.ts';

test('repeats grey', () => {
  const rgb = toRgb({ data: Uint8Array.of(7, 200), width: 2, height: 1, channels: 1 });
  expect(rgb).toEqual({ data: Uint8Array.of(7, 7, 7, 200, 200, 200), width: 2, height: 1, channels: 3 });
});

test('returns an RGB image as it is', () => {
  const image = { data: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 } as const;
  expect(toRgb(image)).toBe(image);
});

test('composites every level and alpha over white, rounded to nearest', () => {
  const data = new Uint8Array(256 * 256 * 4);
  for (let level = 0; level < 256; level++) {
    for (let alpha = 0; alpha < 256; alpha++) data.set([level, 0, 255, alpha], (level * 256 + alpha) * 4);
  }
  const rgb = toRgb({ data, width: 256, height: 256, channels: 4 });
  // One assertion at the end: one for each of 65,536 pixels takes a second.
  const wrong: string[] = [];
  for (let level = 0; level < 256; level++) {
    for (let alpha = 0; alpha < 256; alpha++) {
      const at = (level * 256 + alpha) * 3;
      const exact = (level * alpha) / 255 + 255 - alpha;
      const near = Math.abs(rgb.data[at]! - exact) <= 0.5 + 1e-9;
      if (!near || rgb.data[at + 1] !== 255 - alpha || rgb.data[at + 2] !== 255)
        wrong.push(`${level}/${alpha}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each([1, 3, 4, 5, 7, 8])('copies %i opaque pixels, and none that is not', (count) => {
  const data = Uint8Array.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 255 : i * 7));
  const rgb = toRgb({ data, width: count, height: 1, channels: 4 });
  expect([...rgb.data]).toEqual([...data].filter((_, i) => i % 4 !== 3));
  data[4 * (count - 1) + 3] = 0;
  const last = toRgb({ data, width: count, height: 1, channels: 4 });
  expect([...last.data.slice(-3)]).toEqual([255, 255, 255]);
  expect([...last.data.slice(0, -3)]).toEqual([...rgb.data.slice(0, -3)]);
});
