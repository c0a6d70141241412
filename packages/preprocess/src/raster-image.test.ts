import { expect, test } from 'vitest';
import { PreprocessError } from './preprocess-error.ts';
import { assertRasterImage, type RasterImage } from './raster-image.ts';

const good: RasterImage = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };

test('accepts both byte arrays and a view into a larger buffer', () => {
  assertRasterImage(good);
  assertRasterImage({ ...good, data: new Uint8ClampedArray(12) });
  assertRasterImage({ ...good, data: new Uint8Array(new ArrayBuffer(40), 5, 12) });
});

test.each<[string, Partial<Record<keyof RasterImage, unknown>>, RegExp]>([
  ['a zero width', { width: 0 }, /width and height, got 0 x 2\..* decoder/],
  ['a fractional height', { height: 1.5 }, /got 2 x 1\.5/],
  ['NaN', { width: Number.NaN }, /got NaN x 2/],
  ['two channels', { channels: 2 }, /1, 3 or 4 channels.*got 2/],
  ['short data', { data: new Uint8Array(11) }, /Expected 12 bytes for 2 x 2 x 3, got 11/],
  ['padded rows', { data: new Uint8Array(16) }, /got 16.*remove row padding/],
  ['floats', { data: new Float32Array(12) }, /Uint8Array.*got \[object Float32Array\]/],
  ['a plain array', { data: new Array(12).fill(0) }, /got \[object Array\]/],
])('refuses %s', (_, fault, message) => {
  const act = () => assertRasterImage({ ...good, ...fault } as RasterImage);
  expect(act).toThrow(PreprocessError);
  expect(act).toThrow(RangeError);
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ name: 'PreprocessError', code: 'INVALID_IMAGE' }));
});
