/**
 * Why an image could not be decoded, from its bytes alone: libvips keeps one error text for the whole process, so the
 * message of a decoder may be about another image that was decoded at the same time.
 */
import { DocclfError } from '@docclf/core';

type Format = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif';

/** Name, offset, first bytes. What sharp's own binaries cannot decode is listed to be named in the error. */
const signatures: readonly (readonly [format: Format | 'heic' | 'pdf', offset: number, text: string])[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['avif', 4, 'ftypavif'],
  ['heic', 4, 'ftyphei'],
  ['heic', 4, 'ftypmif1'],
  ['pdf', 0, '%PDF'],
];

/**
 * The error for bytes that a decoder refused.
 *
 * @returns IMAGE_FORMAT_UNSUPPORTED, IMAGE_WITHOUT_PIXELS, IMAGE_TOO_LARGE, IMAGE_TRUNCATED or IMAGE_CORRUPT
 */
export function whyUnreadable(
  bytes: Uint8Array,
  source: string,
  maximumPixels: number,
  cause: unknown,
): DocclfError {
  const start = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const format = signatures.find(([, offset, text]) => start.startsWith(text, offset))?.[0];
  if (format === undefined || format === 'heic' || format === 'pdf') {
    return new DocclfError(
      'IMAGE_FORMAT_UNSUPPORTED',
      { source, format: format ?? 'no image signature' },
      { cause },
    );
  }
  // The size may be why: the decoder then only says that the header is wrong.
  if (format === 'png' && bytes.length >= 24) {
    const view = viewOf(bytes);
    const size = { source, width: view.getUint32(16), height: view.getUint32(20) };
    const pixels = size.width * size.height;
    if (pixels === 0) return new DocclfError('IMAGE_WITHOUT_PIXELS', size, { cause });
    if (pixels > maximumPixels)
      return new DocclfError('IMAGE_TOO_LARGE', { ...size, maximumPixels }, { cause });
  }
  const code = endsEarly(format, bytes) ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT';
  return new DocclfError(code, { source }, { cause });
}

/** Whether the file's own structure points past its end, or lacks the mark that ends it. */
function endsEarly(format: Format, bytes: Uint8Array): boolean {
  const { length } = bytes;
  switch (format) {
    case 'jpeg':
      return !hasEndOfJpeg(bytes);
    case 'png':
      return !Buffer.from(bytes.subarray(-64)).includes('IEND');
    case 'gif':
      return !Buffer.from(bytes.subarray(-64)).includes(0x3b);
    // The length of the RIFF container.
    case 'webp':
      return viewOf(bytes).getUint32(4, true) + 8 > length;
    // The place of the first directory, which many writers put last.
    case 'tiff':
      return length < 8 || viewOf(bytes).getUint32(4, bytes[0] === 0x49) >= length;
    case 'avif':
      return boxesEnd(bytes) > length;
  }
}

/**
 * Whether the end-of-image marker follows the picture. Segments are stepped over by their lengths (ITU-T T.81, B.1.1):
 * a thumbnail in the Exif segment has an end marker of its own.
 */
function hasEndOfJpeg(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at += 1; // Entropy-coded data, in which a marker starts with FF too and FF itself is written FF 00.
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return true;
    const alone = marker === 0 || marker === 1 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
    at += alone ? (marker === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
  }
  return at + 2 <= bytes.length && view.getUint16(at) === 0xff_d9;
}

/** Where the last box of an ISO base media file ends by its own length (ISO/IEC 14496-12, 4.2). */
function boxesEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    // 0: to the end of the file. 1: a 64-bit length follows, of a file that could not be in memory.
    if (size < 8) return bytes.length;
    at += size;
  }
  return at < bytes.length ? at + 8 : at;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
