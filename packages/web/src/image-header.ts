/** What the first bytes of an encoded image tell. A browser's decoder tells only whether it could decode. */

export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif' | 'heic';

const signatures: readonly (readonly [format: ImageFormat | 'pdf', offset: number, text: string])[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['avif', 4, 'ftypavi'],
  ['heic', 4, 'ftyphei'],
  ['heic', 4, 'ftypmif1'],
  ['pdf', 0, '%PDF'],
];

/** The format by its signature; undefined for what bears none. */
export function formatOf(bytes: Uint8Array): ImageFormat | 'pdf' | undefined {
  return signatures.find(([, offset, text]) => hasText(bytes, offset, text))?.[0];
}

export interface DeclaredSize {
  readonly width: number;
  readonly height: number;
}

/** The size that a header declares, before orientation; undefined where it is not near the start. */
export function declaredSize(format: ImageFormat, bytes: Uint8Array): DeclaredSize | undefined {
  const view = viewOf(bytes);
  if (format === 'png' && bytes.length >= 24)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (format === 'gif' && bytes.length >= 10)
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (format === 'webp' && bytes.length >= 30) return webpSize(bytes, view);
  if (format !== 'jpeg') return undefined;
  for (const { marker, start, end } of jpegSegments(bytes)) {
    // Start of frame: C0 to CF but for the tables C4 and CC and the reserved C8.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && end >= start + 5)
      return { width: view.getUint16(start + 3), height: view.getUint16(start + 1) };
  }
  return undefined;
}

/** Frames of a GIF or a WebP; 1 for all else. */
export function countFrames(format: ImageFormat, bytes: Uint8Array): number {
  if (format === 'gif') return countGifFrames(bytes);
  return format === 'webp' ? Math.max(1, riffChunks(bytes).filter((name) => name === 'ANMF').length) : 1;
}

/** Whether the file stops before its own structure says so. Browsers draw what there is and fill up the rest. */
export function endsEarly(format: ImageFormat, bytes: Uint8Array): boolean {
  if (format === 'png') return !includes(bytes, 'IEND', Math.max(0, bytes.length - 64));
  // The length of the RIFF container.
  if (format === 'webp') return viewOf(bytes).getUint32(4, true) + 8 > bytes.length;
  if (format !== 'jpeg') return false;
  // After the scan, since a thumbnail in the header has an end of its own.
  const scan = [...jpegSegments(bytes)].find(({ marker }) => marker === 0xda);
  return scan === undefined || !includes(bytes, '\xff\xd9', scan.end);
}

interface Segment {
  readonly marker: number;
  /** First byte after the length. */
  readonly start: number;
  readonly end: number;
}

/** The segments of a JPEG up to its first scan. */
function* jpegSegments(bytes: Uint8Array): Generator<Segment> {
  const view = viewOf(bytes);
  let offset = 2;
  while (offset + 4 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1]!;
    // A marker may be preceded by any number of fill bytes.
    if (marker === 0xff) {
      offset++;
      continue;
    }
    const end = Math.min(offset + 2 + view.getUint16(offset + 2), bytes.length);
    yield { marker, start: offset + 4, end };
    if (marker === 0xda) return;
    offset = end;
  }
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

function riffChunks(bytes: Uint8Array): string[] {
  const view = viewOf(bytes);
  const names: string[] = [];
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    names.push(String.fromCharCode(...bytes.subarray(offset, offset + 4)));
    const length = view.getUint32(offset + 4, true);
    offset += 8 + length + (length & 1);
  }
  return names;
}

function countGifFrames(bytes: Uint8Array): number {
  const colours = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let frames = 0;
  let offset = 13 + colours(bytes[10] ?? 0);
  while (offset < bytes.length) {
    if (bytes[offset] === 0x2c) {
      frames++;
      offset += 11 + colours(bytes[offset + 9] ?? 0);
    } else if (bytes[offset] === 0x21) offset += 2;
    else break;
    // Data comes in blocks that begin with their length; one of length 0 is the last.
    while (offset < bytes.length && bytes[offset] !== 0) offset += bytes[offset]! + 1;
    offset++;
  }
  return Math.max(1, frames);
}

function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

function includes(bytes: Uint8Array, text: string, from: number): boolean {
  for (let i = from; i <= bytes.length - text.length; i++) if (hasText(bytes, i, text)) return true;
  return false;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
