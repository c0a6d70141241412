import { describe, expect, it } from 'vitest';
import { createBlur } from './blur.ts';

/** Numbers that look drawn by lot and are the same each time (Park and Miller 1988). */
function grey(width: number, height: number) {
  let state = 7;
  const data = Float32Array.from({ length: width * height }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
  return { data, width, height };
}

describe('blur', () => {
  const [byKernel, plain] = [createBlur(), createBlur(() => undefined)];

  it.each([
    [16, 1],
    [16, 40],
    [17, 16],
    [31, 5],
    [64, 64],
    [203, 77],
  ])('of %d x %d pixels is the same by the kernel and by the plain loop, bit for bit', (width, height) => {
    for (const sigma of [0.4, 1.2, 3.1]) {
      const picture = grey(width, height);
      expect(byKernel(picture, sigma)).toEqual(plain(picture, sigma));
    }
  });

  it('grows with the picture, and gives each its own values', () => {
    const small = byKernel(grey(20, 20), 1);
    const kept = small.data.slice();
    byKernel(grey(900, 700), 2);
    expect(small.data).toEqual(kept);
  });

  it('leaves one colour as it is, and spreads a point as a Gaussian does', () => {
    const even = { data: new Float32Array(40 * 30).fill(0.25), width: 40, height: 30 };
    for (const value of byKernel(even, 2).data) expect(value).toBeCloseTo(0.25, 6);
    const point = { data: new Float32Array(41 * 41), width: 41, height: 41 };
    point.data[20 * 41 + 20] = 1;
    const sigma = 2;
    const { data } = byKernel(point, sigma);
    // Within what lies beyond three standard deviations.
    for (const [x, y] of [
      [0, 0],
      [1, 0],
      [0, 2],
      [3, -2],
    ] as const) {
      const density = Math.exp(-(x * x + y * y) / (2 * sigma ** 2)) / (2 * Math.PI * sigma ** 2);
      expect(data[(20 + y) * 41 + 20 + x]! / density).toBeCloseTo(1, 1);
    }
  });

  it('takes pictures narrower than the kernel does', () => {
    const narrow = grey(5, 60);
    expect(byKernel(narrow, 1.5)).toEqual(plain(narrow, 1.5));
  });
});
