import { hasText, viewOf } from './bytes.ts';
import type { ImageFormat } from './signature.ts';

export interface DeclaredSize {
  readonly width: number;
  readonly height: number;
}

/** Where an AVIF's description of its pictures lies, ahead of their data. */
const searchedOfAvif = 2 ** 16;

/** The size that a header declares, before orientation; undefined where it is not near the start. A JPEG's: `inspectJpeg`. */
export function declaredSize(format: ImageFormat, bytes: Uint8Array): DeclaredSize | undefined {
  const view = viewOf(bytes);
  if (format === 'png' && bytes.length >= 24)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (format === 'gif' && bytes.length >= 10)
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (format === 'webp' && bytes.length >= 30) return webpSize(bytes, view);
  if (format === 'bmp' && bytes.length >= 26) return bitmapSize(view);
  return format === 'avif' || format === 'heic' ? largestExtent(bytes, view) : undefined;
}

/** A negative height says that the first row is the top one. */
function bitmapSize(view: DataView): DeclaredSize {
  if (view.getUint32(14, true) < 40)
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: Math.max(0, view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

function webpSize(bytes: Uint8Array, view: DataView): DeclaredSize | undefined {
  const threeBytes = (offset: number) => view.getUint16(offset, true) + (bytes[offset + 2]! << 16);
  if (hasText(bytes, 12, 'VP8X')) return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 };
  if (hasText(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!hasText(bytes, 12, 'VP8 ')) return undefined;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** Of the extents that the file lists (ISO/IEC 23008-12, 6.5.3): a thumbnail's and a tile's are smaller. */
function largestExtent(bytes: Uint8Array, view: DataView): DeclaredSize | undefined {
  let largest: DeclaredSize | undefined;
  const end = Math.min(bytes.length, searchedOfAvif) - 16;
  for (let at = bytes.indexOf(0x69); at !== -1 && at <= end; at = bytes.indexOf(0x69, at + 1)) {
    if (!hasText(bytes, at, 'ispe')) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
