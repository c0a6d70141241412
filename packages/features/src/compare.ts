/** Two pictures by what was kept of them. */
import type { Corners, Point } from '@docclf/preprocess';
import { align } from './align.ts';
import { distinguish, placeOf } from './distinguish.ts';
import { decodeFeatures, featuresAttachment, invertFeatures } from './encode.ts';
import type { Features } from './features.ts';
import { matchFeatures } from './match.ts';

/** `Likeness` of `@docclf/core/second-look`. */
export interface Likeness {
  readonly inliers: number;
  /** Where the reference lies, in shares of the probe's width and height, clockwise from its top left. */
  readonly corners: Corners;
  /** Points of the probe that agree, by their number among its features. */
  readonly points: readonly number[];
  /** The same points, and those of the reference that they agree with, each in shares of its picture's width and height. */
  readonly places: readonly { readonly probe: Point; readonly reference: Point }[];
}

/**
 * How far the print of a reference is in a probe; both as of `encodeFeatures`. Undefined where nothing agrees, and for bytes
 * that cannot be read.
 */
export function compareFeatures(probe: Uint8Array, reference: Uint8Array): Likeness | undefined {
  const [one, other] = [read(probe), read(reference)];
  const found = one && other && align(one, other, matchFeatures(one, other));
  if (!found) return undefined;
  const corners = found.corners.map(({ x, y }) => ({ x: x / one.width, y: y / one.height }));
  return {
    inliers: found.inliers,
    corners: corners as unknown as Corners,
    points: [...found.pairs.probe],
    places: Array.from(found.pairs.probe, (at, i) => ({
      probe: placeOf(one, at),
      reference: placeOf(other, found.pairs.reference[i]!),
    })),
  };
}

/** `Geometry` of `@docclf/core/second-look`: all that a second look asks of features. */
export const geometry = {
  attachment: featuresAttachment,
  compare: compareFeatures,
  invert: invertFeatures,
  /** `distinguish`; undefined also for bytes that cannot be read. */
  distinguish: (probe: Uint8Array, one: Uint8Array, other: Uint8Array) => {
    const [shown, first, second] = [read(probe), read(one), read(other)];
    return shown && first && second && distinguish(shown, first, second);
  },
  /** Points; 0 of bytes that cannot be read. */
  count: (bytes: Uint8Array): number => read(bytes)?.count ?? 0,
} as const;

const known = new WeakMap<Uint8Array, Features | undefined>();

/** Each array once: a probe is held against several references. */
function read(bytes: Uint8Array): Features | undefined {
  if (!known.has(bytes)) known.set(bytes, decodeFeatures(bytes));
  return known.get(bytes);
}
