import { expect, test } from 'vitest';
import { applyOrientation, type ExifOrientation, orientationSwapsAxes } from './orientation.ts';
import type { RasterImage } from './raster-image.ts';
import { rotateQuarterTurns } from './rotate.ts';

/** a b c / d e f: two rows of three grey pixels. */
const stored: RasterImage = { data: bytes('abcdef'), width: 3, height: 2, channels: 1 };

test.each<[ExifOrientation, string]>([
  [1, 'abc def'],
  [2, 'cba fed'],
  [3, 'fed cba'],
  [4, 'def abc'],
  [5, 'ad be cf'],
  [6, 'da eb fc'],
  [7, 'fc eb da'],
  [8, 'cf be ad'],
])('orientation %i', (orientation, drawn) => {
  const upright = applyOrientation(stored, orientation);
  const rows = drawn.split(' ');
  expect([upright.width, upright.height]).toEqual([rows[0]!.length, rows.length]);
  expect(upright.data).toEqual(bytes(rows.join('')));
  expect(orientationSwapsAxes(orientation)).toBe(rows.length === 3);
  expect(stored.data).toEqual(bytes('abcdef'));
});

test.each([0, 9, 1.5, Number.NaN])('refuses orientation %d', (orientation) => {
  const fault = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  expect(() => applyOrientation(stored, orientation as ExifOrientation)).toThrow(fault);
  expect(() => orientationSwapsAxes(orientation as ExifOrientation)).toThrow(fault);
});

test.each([1, 3, 4] as const)('four quarter turns are no turn, %i channels', (channels) => {
  const image: RasterImage = {
    data: Uint8Array.from({ length: 5 * 7 * channels }, (_, i) => (i * 37) & 255),
    width: 5,
    height: 7,
    channels,
  };
  let turned = image;
  for (let i = 0; i < 4; i++) turned = rotateQuarterTurns(turned, 1);
  expect(turned).toEqual(image);
  expect(rotateQuarterTurns(rotateQuarterTurns(image, 3), 2)).toEqual(rotateQuarterTurns(image, 5));
  expect(rotateQuarterTurns(image, -1)).toEqual(rotateQuarterTurns(image, 3));
  expect(rotateQuarterTurns(image, -8)).toBe(image);
});

test('a positive turn is clockwise', () => {
  expect(rotateQuarterTurns(stored, 1).data).toEqual(bytes('daebfc'));
});

test('refuses half a quarter turn', () => {
  expect(() => rotateQuarterTurns(stored, 0.5)).toThrow(/whole number of quarter turns, got 0\.5/);
});

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
