/**
 * Display P3, in which phones store their photos: of the same numbers its red and green are stronger than sRGB's. The
 * network learnt from sRGB, to which other decoders convert.
 */
import type { RasterImage } from '@docclf/preprocess';

/** By ISO 22028 and CICP (ITU-T H.273), colour primaries 12. */
export const primariesOfDisplayP3 = 12;

/** Columns of the ICC profile: what red, green and blue are in XYZ under D50. */
const columns: readonly (readonly [tag: string, xyz: readonly [number, number, number]])[] = [
  ['rXYZ', [0.5151, 0.2412, -0.0011]],
  ['gXYZ', [0.292, 0.6922, 0.0419]],
  ['bXYZ', [0.1571, 0.0666, 0.7841]],
];
/** Makers round differently. sRGB and Adobe RGB are farther away by far. */
const tolerance = 0.003;

const headerBytes = 128;
const bytesOfTag = 12;
const mostTags = 100;

/** Whether an ICC profile (ISO 15076-1) has these primaries. Of what is none, false. */
export function isDisplayP3(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  const textAt = (at: number) => String.fromCharCode(...profile.subarray(at, at + 4));
  const fixedAt = (at: number) => view.getInt32(at) / 65_536;
  if (profile.length < headerBytes + 4) return false;
  const count = Math.min(view.getUint32(headerBytes), mostTags);
  const places = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const at = headerBytes + 4 + i * bytesOfTag;
    if (at + bytesOfTag > profile.length) return false;
    places.set(textAt(at), view.getUint32(at + 4));
  }
  return columns.every(([tag, xyz]) => {
    const at = places.get(tag);
    // A type and four bytes of nothing, then three numbers.
    if (at === undefined || at + 20 > profile.length || textAt(at) !== 'XYZ ') return false;
    return xyz.every((value, i) => Math.abs(fixedAt(at + 8 + 4 * i) - value) < tolerance);
  });
}

/** From linear Display P3 to linear sRGB; both have the white D65. */
const matrix = [
  [1.2249, -0.2247, 0],
  [-0.042, 1.0419, 0],
  [-0.0197, -0.0786, 1.0979],
] as const;

/** Both have the curve of sRGB (IEC 61966-2-1). */
const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
const steps = 4096;
const encoded = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const light = step / steps;
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** A picture of three channels in Display P3, in sRGB. What sRGB does not have becomes the nearest by channel. */
export function fromDisplayP3(image: RasterImage): RasterImage {
  const { data: source, width, height } = image;
  const data = new Uint8Array(source.length);
  for (let i = 0; i < source.length; i += 3) {
    const red = linear[source[i]!]!;
    const green = linear[source[i + 1]!]!;
    const blue = linear[source[i + 2]!]!;
    for (let channel = 0; channel < 3; channel++) {
      const [r, g, b] = matrix[channel as 0 | 1 | 2];
      const light = Math.min(1, Math.max(0, r * red + g * green + b * blue));
      data[i + channel] = encoded[Math.round(light * steps)]!;
    }
  }
  return { data, width, height, channels: 3 };
}
