/** The segments of a JPEG (ITU-T T.81, annex B), without decoding any of it. */
import { viewOf } from './bytes.ts';
import type { DeclaredSize } from './size.ts';
import { stepsAtOnce, type Walk } from './walk.ts';

export interface JpegSegment {
  readonly marker: number;
  /** First byte after the length. */
  readonly start: number;
  /** First byte after the segment; of a scan's header, where its data begins. */
  readonly end: number;
}

/** No writer comes near it, and a decoder works on each. */
const maximumSegments = 10_000;

/**
 * The segments in order, and the end marker, up to where the file stops or is none; undefined now and then, when it is time
 * for a pause. Data between them is skipped, in which a marker starts with FF and FF itself is written FF 00. Segments are
 * stepped over by their lengths: a thumbnail in the Exif segment has markers of its own.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment | undefined> {
  const view = viewOf(bytes);
  let segments = 0;
  let at = 2;
  for (let steps = 1; at !== -1 && at + 2 <= bytes.length; steps++) {
    if (steps % stepsAtOnce === 0) yield undefined;
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
    else if (at + 4 > bytes.length || ++segments > maximumSegments) return;
    else {
      const end = at + 2 + view.getUint16(at + 2);
      yield { marker, start: at + 4, end: Math.min(end, bytes.length) };
      at = end;
    }
  }
}

export interface JpegFacts {
  /** Undefined where no frame is described ahead of the first scan. */
  readonly size: DeclaredSize | undefined;
  /** Whether the coefficients come in several scans, each more exact: a decoder holds them all. */
  readonly isProgressive: boolean;
  /**
   * Whether the end marker follows the picture, and, of a progressive file, each coefficient has had its last bit: a file cut
   * between two scans and closed with an end marker decodes to a blurred picture of which nothing is said to be missing.
   */
  readonly isComplete: boolean;
  /** Where the end marker stands when all of the picture lies in one sequential scan; undefined for all else. */
  readonly endOfOnlyScan: number | undefined;
}

export function* inspectJpeg(bytes: Uint8Array): Walk<JpegFacts> {
  let size: DeclaredSize | undefined;
  let frame: number | undefined;
  let components = 0;
  let scans = 0;
  let holdsAll = true;
  let end: number | undefined;
  const complete = new Set<string>();
  for (const segment of jpegSegments(bytes)) {
    if (segment === undefined) yield;
    else if (segment.marker === 0xd9) end = segment.end - 2;
    else if (isFrame(segment)) {
      if (scans === 0) size ??= sizeOf(bytes, segment);
      frame = segment.marker;
      components = bytes[segment.start + 5] ?? 0;
    } else if (segment.marker === 0xda) {
      scans++;
      holdsAll &&= bytes[segment.start] === components;
      addCoefficients(bytes, segment, complete);
    }
  }
  const isProgressive = frame !== undefined && (frame & 3) === 2;
  const isSequential = frame === undefined || frame <= 0xc1;
  return {
    size,
    isProgressive,
    isComplete: end !== undefined && (!isProgressive || complete.size >= components * 64),
    endOfOnlyScan: isSequential && scans === 1 && holdsAll ? end : undefined,
  };
}

/** Start of frame: C0 to CF but for the tables C4 and CC and the reserved C8. */
function isFrame({ marker }: JpegSegment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function sizeOf(bytes: Uint8Array, { start, end }: JpegSegment): DeclaredSize | undefined {
  if (end < start + 5) return undefined;
  const view = viewOf(bytes);
  return { width: view.getUint16(start + 3), height: view.getUint16(start + 1) };
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
