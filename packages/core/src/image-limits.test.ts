import { describe, expect, it } from 'vitest';
import { DocclfError } from './errors.ts';
import { assertDocumentSize, defaultLimits, imageLimits, pixelLimitOf } from './image-limits.ts';

function codeOf(width: number, height: number): string {
  try {
    assertDocumentSize('scan.png', { width, height }, defaultLimits);
    return 'taken';
  } catch (error) {
    return DocclfError.is(error) ? error.code : String(error);
  }
}

describe('assertDocumentSize', () => {
  it.each([
    [0, 0, 'IMAGE_WITHOUT_PIXELS'],
    [800, 0, 'IMAGE_WITHOUT_PIXELS'],
    [30_000, 30_000, 'IMAGE_TOO_LARGE'],
    [16_384, 16_384, 'taken'],
    [1, 20_000, 'IMAGE_TOO_NARROW'],
    [20, 801, 'IMAGE_TOO_NARROW'],
    [800, 20, 'taken'],
    [15, 15, 'IMAGE_TOO_SMALL'],
    [16, 16, 'taken'],
  ])('%i x %i: %s', (width, height, expected) => {
    expect(codeOf(width, height)).toBe(expected);
  });
});

describe('imageLimits', () => {
  it('fills in the defaults for what is missing or undefined', () => {
    expect(imageLimits({})).toEqual(defaultLimits);
    expect(imageLimits({ maximumBytes: 5 })).toEqual({ ...defaultLimits, maximumBytes: 5 });
    const fromJavaScript = { maximumBytes: undefined } as unknown as { maximumBytes: number };
    expect(imageLimits(fromJavaScript)).toEqual(defaultLimits);
  });
});

describe('pixelLimitOf', () => {
  const sequential = { isProgressive: false };
  it('is of a format by what decoding it takes', () => {
    expect(pixelLimitOf('jpeg', sequential, defaultLimits)).toBe(2 ** 28);
    expect(pixelLimitOf('jpeg', { isProgressive: true }, defaultLimits)).toBe(10 ** 8);
    expect(pixelLimitOf('png', sequential, defaultLimits)).toBe(10 ** 8);
    expect(pixelLimitOf('avif', sequential, defaultLimits)).toBe(2 ** 25);
  });

  it('follows a lower limit that is given, and a higher one of its own', () => {
    const avif = (given: Parameters<typeof imageLimits>[0]) =>
      pixelLimitOf('avif', sequential, imageLimits(given));
    expect(avif({ maximumPixels: 1e6 })).toBe(1e6);
    expect(avif({ maximumPixels: 1e9 })).toBe(2 ** 25);
    expect(avif({ maximumPixelsOfAvif: 1e9 })).toBe(1e9);
  });
});
