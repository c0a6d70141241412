import { describe, expect, it } from 'vitest';
import { DocclfError } from './errors.ts';
import { assertDocumentSize, defaultLimits, imageLimits } from './image-limits.ts';

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
