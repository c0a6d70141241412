/** Which of two look-alikes is it? What one of them prints and the other does not is looked for in the probe. */
import { type Matrix3, multiply, type Point } from '@docclf/preprocess';
import { align } from './align.ts';
import type { Features } from './features.ts';
import { missing, outOfView, pointsAt } from './guided.ts';
import { matchFeatures } from './match.ts';

/** Points of one of two references that the other does not have. */
export interface Distinctive {
  /** Of those that would lie in the picture: how many there are. */
  readonly count: number;
  /** With those that the other has too. */
  readonly all: number;
  /** Those that the probe shows, each in shares of its picture's width and height. */
  readonly places: readonly { readonly probe: Point; readonly reference: Point }[];
}

/**
 * Both references are laid over the probe: the first by what it shares with the probe, the other by what it shares with the
 * first, so that neither place depends on what differs. Undefined where they share too little for that.
 */
export function distinguish(
  probe: Features,
  one: Features,
  other: Features,
): readonly [one: Distinctive, other: Distinctive] | undefined {
  const onProbe = align(probe, one, matchFeatures(probe, one))?.homography;
  const onOne = align(one, other, matchFeatures(one, other))?.homography;
  if (!onProbe || !onOne) return undefined;
  return [
    distinctive(probe, one, onProbe, pointsAt(other, one, inverse(onOne))),
    distinctive(probe, other, multiply(onProbe, onOne), pointsAt(one, other, onOne)),
  ];
}

function distinctive(
  probe: Features,
  reference: Features,
  onProbe: Matrix3,
  inOther: Int32Array,
): Distinctive {
  const inProbe = pointsAt(probe, reference, onProbe);
  const places: { readonly probe: Point; readonly reference: Point }[] = [];
  let [count, all] = [0, 0];
  for (let i = 0; i < reference.count; i++) {
    if (inOther[i] === outOfView || inProbe[i] === outOfView) continue;
    all++;
    if (inOther[i] !== missing) continue;
    count++;
    if (inProbe[i] === missing) continue;
    places.push({ probe: placeOf(probe, inProbe[i]!), reference: placeOf(reference, i) });
  }
  return { count, all, places };
}

/** The map back, up to a factor, which a homography does not have: the adjugate. */
function inverse([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [
    ...([e * i - f * h, c * h - b * i, b * f - c * e] as const),
    ...([f * g - d * i, a * i - c * g, c * d - a * f] as const),
    ...([d * h - e * g, b * g - a * h, a * e - b * d] as const),
  ];
}

export function placeOf({ x, y, width, height }: Features, at: number): Point {
  return { x: x[at]! / width, y: y[at]! / height };
}
