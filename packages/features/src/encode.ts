/** Features as bytes, to be kept beside a reference: 22 bytes a point, little-endian. */
import { type Features, wordsOfPoint } from './features.ts';

/** Of the way in which features are found, described and written: those of another version cannot be compared. */
const featuresVersion = 1;

/** The attachment of a reference that holds its features; those of another version have another name. */
export const featuresAttachment = `features@${featuresVersion}`;

/**
 * Most points: two and a half times those that are looked for. What a stranger's gallery holds is compared with each point of
 * a probe.
 */
const mostPoints = 1000;

/** Version, an empty byte, count, width and height; then the points. */
const headBytes = 8;
const pointBytes = 6 + 4 * wordsOfPoint;
const largest = 0xffff;
const turn = 2 * Math.PI;
/** Steps of a scale's logarithm: an eighth of an octave is a tenth more or less. */
const scaleSteps = 16;

/**
 * Places to a 65535th of a side, scales to 4 %, directions to 1.4 degrees. Sides over 65535 pixels are written as that; of more
 * than 1,000 points the first.
 */
export function encodeFeatures(features: Features): Uint8Array {
  const { width, height } = features;
  const count = Math.min(features.count, mostPoints);
  const bytes = new Uint8Array(headBytes + count * pointBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, featuresVersion);
  view.setUint16(2, count, true);
  view.setUint16(4, Math.min(largest, Math.round(width)), true);
  view.setUint16(6, Math.min(largest, Math.round(height)), true);
  const share = (value: number, whole: number) =>
    Math.round(Math.min(1, Math.max(0, value / whole)) * largest);
  for (let i = 0, at = headBytes; i < count; i++, at += pointBytes) {
    view.setUint16(at, share(features.x[i]!, width), true);
    view.setUint16(at + 2, share(features.y[i]!, height), true);
    view.setUint8(at + 4, Math.max(0, Math.min(255, Math.round(Math.log2(features.scale[i]!) * scaleSteps))));
    view.setUint8(at + 5, Math.round((features.angle[i]! / turn) * 256) & 255);
    for (let word = 0; word < wordsOfPoint; word++) {
      view.setUint32(at + 6 + 4 * word, features.bits[i * wordsOfPoint + word]!, true);
    }
  }
  return bytes;
}

/** Undefined for bytes of another version, and for what `encodeFeatures` did not write. */
export function decodeFeatures(bytes: Uint8Array): Features | undefined {
  if (bytes.length < headBytes || bytes[0] !== featuresVersion) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint16(2, true);
  const width = view.getUint16(4, true);
  const height = view.getUint16(6, true);
  if (count > mostPoints || bytes.length !== headBytes + count * pointBytes || width === 0 || height === 0)
    return undefined;
  const column = (read: (at: number) => number) =>
    Float32Array.from({ length: count }, (_, i) => read(headBytes + i * pointBytes));
  const bits = new Uint32Array(count * wordsOfPoint);
  for (let i = 0; i < bits.length; i++) {
    const point = Math.floor(i / wordsOfPoint);
    bits[i] = view.getUint32(headBytes + point * pointBytes + 6 + 4 * (i % wordsOfPoint), true);
  }
  return {
    width,
    height,
    count,
    x: column((at) => (view.getUint16(at, true) / largest) * width),
    y: column((at) => (view.getUint16(at + 2, true) / largest) * height),
    scale: column((at) => 2 ** (view.getUint8(at + 4) / scaleSteps)),
    angle: column((at) => (view.getUint8(at + 5) / 256) * turn),
    bits,
  };
}

/**
 * Those of the same picture's negative: every direction turns about, and with it the cells around the point, while directions
 * within them, that count from the point's own, stay.
 *
 * @param bytes as of `encodeFeatures`
 */
export function invertFeatures(bytes: Uint8Array): Uint8Array {
  const inverted = bytes.slice();
  for (let at = headBytes; at + pointBytes <= inverted.length; at += pointBytes) {
    inverted[at + 5] = inverted[at + 5]! ^ 128;
    // A byte is a cell.
    inverted.subarray(at + 6, at + pointBytes).reverse();
  }
  return inverted;
}
