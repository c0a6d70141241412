import { includes, viewOf } from './bytes.ts';
import type { ImageFormat } from './signature.ts';
import type { DeclaredSize } from './size.ts';
import { stepsAtOnce, type Walk } from './walk.ts';

/**
 * Zeros at the end of a file are storage that was never written. A code of pictures ends in a few of them, and that of WebP
 * writes blank paper as zeros too: up to 0.04 bytes for each square of 16 x 16 pixels, which is 1,200 for a blank page of
 * 12 megapixels.
 */
const zerosOfAnyCode = 32;
const zerosOfBlankSquare = 0.06;

/**
 * Whether the file's own structure points past its end, lacks the mark that ends it, or ends in what was never written.
 * Decoders draw what there is and fill up the rest. A TIFF's directories are not looked into; nor is what tells it of a JPEG
 * and of a GIF's frames.
 */
export function* endsEarly(
  format: Exclude<ImageFormat, 'jpeg'>,
  bytes: Uint8Array,
  size: DeclaredSize | undefined,
): Walk<boolean> {
  const { length } = bytes;
  switch (format) {
    case 'png':
      return !includes(bytes, 'IEND', Math.max(0, length - 64));
    case 'gif':
      return bytes.indexOf(0x3b, Math.max(0, length - 64)) === -1;
    // The length of the RIFF container.
    case 'webp':
      return length < 12 || viewOf(bytes).getUint32(4, true) + 8 > length || endsUnwritten(bytes, size);
    // The place of the first directory, which many writers put last.
    case 'tiff':
      return length < 16 || placeOfDirectory(bytes) >= length;
    case 'bmp':
      return size === undefined || length < pixelsEndOfBitmap(bytes, size);
    case 'avif':
    case 'heic':
      return (yield* boxesEnd(bytes)) > length || endsUnwritten(bytes, size);
  }
}

/** Of pixels that are not encoded by their runs, whose end only the decoder finds. */
function pixelsEndOfBitmap(bytes: Uint8Array, { width, height }: DeclaredSize): number {
  if (bytes.length < 34) return 34;
  const view = viewOf(bytes);
  const isOld = view.getUint32(14, true) < 40;
  const isPlain = isOld || ![1, 2].includes(view.getUint32(30, true));
  const bits = view.getUint16(isOld ? 24 : 28, true);
  return view.getUint32(10, true) + (isPlain ? Math.ceil((width * bits) / 32) * 4 * height : 1);
}

function endsUnwritten(
  bytes: Uint8Array,
  { width, height }: DeclaredSize = { width: 0, height: 0 },
): boolean {
  const allowed = zerosOfAnyCode + Math.ceil(((width * height) / 256) * zerosOfBlankSquare);
  return bytes.length > allowed && bytes.subarray(-allowed - 1).every((byte) => byte === 0);
}

function placeOfDirectory(bytes: Uint8Array): number {
  const littleEndian = bytes[0] === 0x49;
  const isBig = bytes[2] === 0x2b || bytes[3] === 0x2b;
  const view = viewOf(bytes);
  return isBig ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
}

/** Where the last box of an ISO base media file ends by its own length (ISO/IEC 14496-12, 4.2). */
function* boxesEnd(bytes: Uint8Array): Walk<number> {
  const view = viewOf(bytes);
  let at = 0;
  for (let steps = 1; at + 8 <= bytes.length; steps++) {
    const size = view.getUint32(at);
    // 0: to the end of the file. 1: a 64-bit length follows, of a file that could not be in memory.
    if (size < 8) return bytes.length;
    at += size;
    if (steps % stepsAtOnce === 0) yield;
  }
  return at < bytes.length ? at + 8 : at;
}
