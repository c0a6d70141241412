/** How a camera says that it was held, without decoding anything. */
import type { ExifOrientation } from '../orientation.ts';
import { viewOf } from './bytes.ts';
import { jpegSegments } from './jpeg.ts';

/** `Exif\0\0`, before the TIFF header of an APP1 segment (EXIF 2.32, section 4.7.2). */
const exifMark = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The first that is told; 1, upright, where none is told or what is told has no meaning, as viewers do. */
export function jpegOrientation(bytes: Uint8Array): ExifOrientation {
  for (const segment of jpegSegments(bytes)) {
    if (segment === undefined) continue;
    const { marker, start, end } = segment;
    if (marker === 0xda) break;
    const isExif = marker === 0xe1 && exifMark.every((byte, i) => bytes[start + i] === byte);
    if (isExif) return tiffOrientation(bytes.subarray(start + exifMark.length, end));
  }
  return 1;
}

/** The tag 0x0112 of the first directory of a TIFF structure (TIFF 6.0, section 2). */
function tiffOrientation(tiff: Uint8Array): ExifOrientation {
  const view = viewOf(tiff);
  const little = tiff[0] === 0x49;
  if (tiff.length < 8) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? (value as ExifOrientation) : 1;
  }
  return 1;
}
