import { describe, expect, it } from 'vitest';
import { isBlankPage } from './blank-page.ts';
import type { RasterImage } from './raster-image.ts';

/** Grey paper of A4's shape at 60 dots an inch, with rectangles: left, top, width, height, level. */
function page(paper: number, ...marks: (readonly [number, number, number, number, number])[]): RasterImage {
  const [width, height] = [496, 702];
  const data = new Uint8Array(width * height).fill(paper);
  for (const [left, top, wide, high, level] of marks) {
    for (let y = top; y < top + high; y++) data.fill(level, y * width + left, y * width + left + wide);
  }
  return { data, width, height, channels: 1 };
}

/** Paper as a scanner sees it: a grain of a few levels, by arithmetic. */
function grainy(image: RasterImage): RasterImage {
  const data = Uint8Array.from(image.data, (level, i) => level - ((i * 7919) % 13));
  return { ...image, data };
}

/** Letters of a line of print: bars of two pixels. */
const line = (top: number, letters: number) =>
  Array.from({ length: letters }, (_, i) => [80 + i * 6, top, 2, 6, 30] as const);

describe('isBlankPage', () => {
  it.each([
    ['nothing', page(255)],
    ['the grain of a scan', grainy(page(240))],
    [
      'the shadow of a lid and punch holes',
      grainy(page(240, [0, 0, 20, 702, 40], [12, 280, 14, 14, 0], [12, 400, 14, 14, 0])),
    ],
    ['print that shines through', page(245, [80, 100, 300, 8, 222], [80, 140, 300, 8, 222])],
    ['a page number', page(250, ...line(672, 3))],
    ['specks of dust', page(250, [100, 100, 3, 3, 60], [300, 400, 4, 4, 60], [200, 600, 3, 3, 60])],
    ['black', page(0)],
    [
      'a picture too small for margins',
      { data: Uint8Array.of(255), width: 1, height: 1, channels: 1 } as const,
    ],
  ])('is blank: %s', (_, image) => {
    expect(isBlankPage(image)).toBe(true);
  });

  it.each([
    ['a line of print', page(250, ...line(300, 40))],
    ['a stamp', grainy(page(240, [200, 300, 60, 4, 90], [200, 330, 60, 4, 90]))],
    ['light print on dark paper', page(20, [100, 200, 200, 10, 240])],
    ['a page half in the shade', page(250, [0, 351, 496, 351, 150])],
  ])('is not blank: %s', (_, image) => {
    expect(isBlankPage(image)).toBe(false);
  });

  it('sees colour and transparency as what they look like', () => {
    const { width, height } = page(255);
    const clear = new Uint8Array(width * height * 4);
    expect(isBlankPage({ data: clear, width, height, channels: 4 })).toBe(true);
    const red = clear.slice();
    for (let i = 0; i < 4000; i++) red.set([200, 0, 0, 255], (150 * width + i * 7) * 4);
    expect(isBlankPage({ data: red, width, height, channels: 4 })).toBe(false);
  });

  it('refuses what is no image', () => {
    expect(() => isBlankPage({ data: new Uint8Array(2), width: 1, height: 1, channels: 3 })).toThrow('3');
  });
});
