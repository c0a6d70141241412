/** Our pixels against those of OpenCV and Pillow, recorded by opencv/make-fixtures.py. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  applyOrientation,
  type Corners,
  type ExifOrientation,
  goldenImage,
  homography,
  type Matrix3,
  measureQuality,
  type RasterImage,
  resize,
  rotateQuarterTurns,
  type WarpBorder,
  warpByHomography,
  warpPerspective,
} from '../src/index.ts';

interface StoredImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: string;
}

type Pair = readonly [x: number, y: number];

type Case =
  | { operation: 'resize'; input: string; expected: StoredImage }
  | {
      operation: 'warpByHomography';
      input: string;
      matrix: Matrix3;
      border: WarpBorder;
      expected: StoredImage;
    }
  | { operation: 'homography'; from: Pair[]; to: Pair[]; expected: number[] }
  | { operation: 'warpPerspective'; input: string; corners: Pair[]; expected: StoredImage }
  | { operation: 'rotateQuarterTurns'; input: string; turns: number; expected: StoredImage }
  | { operation: 'applyOrientation'; input: string; orientation: ExifOrientation; expected: StoredImage }
  | { operation: 'measureQuality'; input: string; expected: { sharpness: number; contrast: number } };

const fixture: {
  versions: { opencv: string };
  goldenSha256: string;
  inputs: Record<string, StoredImage>;
  cases: Case[];
} = JSON.parse(readFileSync(new URL('./opencv/fixtures/opencv.json', import.meta.url), 'utf8'));

/**
 * Grey levels that resampled pixels may differ by. Not 0: OpenCV resizes in fixed point and rounds
 * halves to even, we in floating point and halves up. Not 2: either is within half a level of the
 * exact value or hardly more, so whole levels differ by at most 1.
 */
const TOLERANCE = 1;

test('the golden picture is that of the formula in Python', () => {
  expect(createHash('sha256').update(goldenImage().data).digest('hex')).toBe(fixture.goldenSha256);
});

describe('resize', () => {
  for (const { input, expected } of casesOf('resize')) {
    test(`${input} to ${expected.width} x ${expected.height}`, () => {
      expectClose(resize(picture(input), expected.width, expected.height), expected, TOLERANCE);
    });
  }
});

describe('warpByHomography', () => {
  casesOf('warpByHomography').forEach(({ input, matrix, border, expected }, i) => {
    test(`${i}: ${input}, border ${border}`, () => {
      const warped = warpByHomography(picture(input), matrix, expected.width, expected.height, border);
      expectClose(warped, expected, TOLERANCE);
    });
  });
});

test('homography', () => {
  for (const { from, to, expected } of casesOf('homography')) {
    const matrix = homography(corners(from), corners(to));
    matrix.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-8 * Math.max(1, ...expected.map(Math.abs)));
    });
  }
});

describe('warpPerspective', () => {
  casesOf('warpPerspective').forEach(({ input, corners: points, expected }, i) => {
    test(`${i}: to ${expected.width} x ${expected.height}`, () => {
      const straight = warpPerspective(picture(input), corners(points), expected.width, expected.height);
      expectClose(straight, expected, TOLERANCE);
    });
  });
});

test('rotateQuarterTurns', () => {
  for (const { input, turns, expected } of casesOf('rotateQuarterTurns')) {
    expectClose(rotateQuarterTurns(picture(input), turns), expected, 0);
  }
});

test('applyOrientation, as Pillow reads the tag', () => {
  for (const { input, orientation, expected } of casesOf('applyOrientation')) {
    expectClose(applyOrientation(picture(input), orientation), expected, 0);
  }
});

test('measureQuality', () => {
  for (const { input, expected } of casesOf('measureQuality')) {
    const quality = measureQuality(picture(input));
    // OpenCV's grey differs from ours by up to one level, where its fixed point rounds otherwise.
    expect(quality.sharpness / expected.sharpness).toBeCloseTo(1, 2);
    expect(Math.abs(quality.contrast - expected.contrast)).toBeLessThanOrEqual(1 / 255 + 1e-9);
  }
});

function casesOf<Operation extends Case['operation']>(operation: Operation) {
  const found = fixture.cases.filter((one): one is Extract<Case, { operation: Operation }> => {
    return one.operation === operation;
  });
  // A renamed operation would otherwise pass with nothing compared.
  if (found.length === 0) throw new Error(`No case of ${operation} in the fixture`);
  return found;
}

function picture(name: string): RasterImage {
  return name === 'golden' ? goldenImage() : decode(fixture.inputs[name]!);
}

function decode(stored: StoredImage): RasterImage {
  return { ...stored, data: new Uint8Array(Buffer.from(stored.data, 'base64')) };
}

function corners(points: Pair[]): Corners {
  return points.map(([x, y]) => ({ x, y })) as unknown as Corners;
}

function expectClose(actual: RasterImage, stored: StoredImage, tolerance: number): void {
  const expected = decode(stored);
  expect([actual.width, actual.height, actual.channels, actual.data.length]).toEqual([
    expected.width,
    expected.height,
    expected.channels,
    expected.data.length,
  ]);
  let greatest = 0;
  for (let i = 0; i < expected.data.length; i++) {
    greatest = Math.max(greatest, Math.abs(actual.data[i]! - expected.data[i]!));
  }
  expect(greatest).toBeLessThanOrEqual(tolerance);
}
