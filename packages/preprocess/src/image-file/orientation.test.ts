import { describe, expect, it } from 'vitest';
import { jpegOrientation } from './orientation.ts';

/** A JPEG's start with one Exif segment, byte by byte as EXIF 2.32 writes it. */
function jpegWith(value: number, { little = false, tag = 0x0112, offset = 8 } = {}): Uint8Array {
  const short = (n: number) => (little ? [n & 255, n >> 8] : [n >> 8, n & 255]);
  const long = (n: number) => (little ? [...short(n & 0xffff), 0, 0] : [0, 0, ...short(n & 0xffff)]);
  const tiff = [
    ...(little ? [0x49, 0x49] : [0x4d, 0x4d]),
    ...short(42),
    ...long(offset),
    ...short(1),
    ...[...short(tag), ...short(3), ...long(1), ...short(value), 0, 0],
  ];
  const segment = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, segment.length + 2, ...segment, 0xff, 0xda, 0, 2]);
}

describe('jpegOrientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads %i in either byte order', (value) => {
    expect(jpegOrientation(jpegWith(value))).toBe(value);
    expect(jpegOrientation(jpegWith(value, { little: true }))).toBe(value);
  });

  it.each([
    ['a value of no meaning', jpegWith(0)],
    ['a value beyond the table', jpegWith(9)],
    ['another tag', jpegWith(6, { tag: 0x0110 })],
    ['a directory outside the segment', jpegWith(6, { offset: 60_000 })],
    ['a segment cut short', jpegWith(6).subarray(0, 24)],
    ['no segment', Uint8Array.from([0xff, 0xd8, 0xff, 0xd9])],
    ['no bytes', new Uint8Array()],
  ])('takes %s as upright', (_, bytes) => {
    expect(jpegOrientation(bytes)).toBe(1);
  });
});
