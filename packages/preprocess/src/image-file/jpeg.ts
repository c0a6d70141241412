/** The segments of a JPEG (ITU-T T.81, annex B), without decoding any of it. */
import { viewOf } from './bytes.ts';

export interface JpegSegment {
  readonly marker: number;
  /** First byte after the length. */
  readonly start: number;
  /** First byte after the segment; of a scan's header, where its data begins. */
  readonly end: number;
}

/**
 * The segments in order, and the end marker, up to where the file stops or is none. Data between them is skipped, in which a
 * marker starts with FF and FF itself is written FF 00. Segments are stepped over by their lengths: a thumbnail in the
 * Exif segment has markers of its own.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  const view = viewOf(bytes);
  let at = 2;
  while (at !== -1 && at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at = bytes.indexOf(0xff, at);
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) {
      yield { marker, start: at + 2, end: at + 2 };
      return;
    }
    // Any number of FF may precede a marker; 00, 01 and the restart markers stand alone.
    if (marker === 0xff) at += 1;
    else if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (at + 4 > bytes.length) return;
    else {
      const end = at + 2 + view.getUint16(at + 2);
      yield { marker, start: at + 4, end: Math.min(end, bytes.length) };
      at = end;
    }
  }
}

/** Start of frame: C0 to CF but for the tables C4 and CC and the reserved C8. */
export function isFrame({ marker }: JpegSegment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Where the end marker stands when all of the picture lies in one sequential scan; undefined for all else. */
export function endOfOnlyScan(bytes: Uint8Array): number | undefined {
  let components = 0;
  let scans = 0;
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === 0xd9) return scans === 1 ? segment.end - 2 : undefined;
    if (isFrame(segment)) {
      if (segment.marker > 0xc1) return undefined;
      components = bytes[segment.start + 5] ?? 0;
    }
    if (segment.marker === 0xda && (++scans > 1 || bytes[segment.start] !== components)) return undefined;
  }
  return undefined;
}

/** Whether a JPEG's coefficients come in several scans, each more exact. */
export function isProgressive(bytes: Uint8Array): boolean {
  for (const segment of jpegSegments(bytes)) if (isFrame(segment)) return (segment.marker & 3) === 2;
  return false;
}

/**
 * Whether the end marker follows the picture, and, of a progressive file, each coefficient has had its last bit: a file cut
 * between two scans and closed with an end marker decodes to a blurred picture of which nothing is said to be missing.
 */
export function jpegIsComplete(bytes: Uint8Array): boolean {
  let progressive = false;
  let components = 0;
  const complete = new Set<string>();
  for (const segment of jpegSegments(bytes)) {
    if (segment.marker === 0xd9) return !progressive || complete.size >= components * 64;
    if (isFrame(segment)) {
      progressive = segment.marker === 0xc2;
      components = bytes[segment.start + 5] ?? 0;
    }
    if (progressive && segment.marker === 0xda) addCoefficients(bytes, segment, complete);
  }
  return false;
}

/** The scan's header: the number of its components, two bytes for each, the first and last coefficient, the bits. */
function addCoefficients(bytes: Uint8Array, { start, end }: JpegSegment, complete: Set<string>): void {
  const count = bytes[start] ?? 0;
  const after = start + 1 + 2 * count;
  // The low half: how many bits are left for later scans.
  if (after + 3 > end || (bytes[after + 2]! & 15) !== 0) return;
  for (let i = 0; i < count; i++) {
    const component = bytes[start + 1 + 2 * i]!;
    for (let k = bytes[after]!; k <= Math.min(63, bytes[after + 1]!); k++) complete.add(`${component}:${k}`);
  }
}
