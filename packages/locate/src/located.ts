/** What one look at a picture found: quads in its pixels, and what a person with a camera can do about the rest. */
import { assertCorners, type Corners } from '@docclf/preprocess';
import { hypothesesOf } from './hypotheses.ts';
import { assertOutput, assertSize, type LocaliserOutput, type Size, toPicture } from './layout.ts';
import { distance, overlapOf } from './polygon.ts';
import { isUsable, mapCorners, wholeOf } from './quads.ts';

/**
 * - `nothing-found`: no document in view, or none that has four sides
 * - `too-small`: the shorter side of the document has fewer than 128 pixels: come nearer
 * - `out-of-frame`: the document reaches out of the picture: step back
 */
export type Advice = 'nothing-found' | 'too-small' | 'out-of-frame';

export interface LocatedQuad {
  /**
   * Pixels of the picture, clockwise, begun at the document's own top left as far as the network can tell; see `Corners` of
   * `@docclf/preprocess`. May lie outside of the picture.
   */
  readonly corners: Corners;
  /** Higher is better, 0 would be perfect. Comparable within one picture. */
  readonly score: number;
  /**
   * The chance that the document's own top left is corner 0, 1, 2, 3 of `corners`; they sum to 1, the first is the highest.
   * Weak evidence: try all four where it matters.
   */
  readonly turns: readonly [number, number, number, number];
}

export interface Located {
  /** Best first, no two alike; empty where nothing was found. */
  readonly quads: readonly LocatedQuad[];
  /** The chance, 0 to 1, that there is a document. */
  readonly documentChance: number;
  /** The chance, 0 to 1, that the picture is the document already, with nothing around it. */
  readonly wholeChance: number;
  /** Empty where there is nothing to do better. */
  readonly advice: readonly Advice[];
}

export interface LocatedOptions {
  /** Most quads, 1 to 16. Default 4. */
  readonly count?: number | undefined;
  /** The part of the picture that the network looked at. Default all of it. */
  readonly within?: Corners | undefined;
}

/** Pixels: what the embedder's input has; with fewer, its picture of the document is made up. */
const LEAST_SIDE = 128;
/** Share of the picture's side that a corner may lie outside without being missed. */
const OUTSIDE = 0.02;
/** Share of the looked-at part's side beyond which a corner is a guess too far. */
const FURTHEST = 0.5;
/** From this chance on something is reported. */
const LEAST_CHANCE = 0.5;
/** Chance beyond which the picture is held to be the document. */
const WHOLE_CHANCE = 0.5;
/** A quad that overlaps a picture by more is the picture: what it would cut off is a scanner's rim. */
const COVERED = 0.9;

/**
 * Quads from what the network returned for one picture.
 *
 * A picture that is the document already also gets its quad, near its own corners. Nothing throws for what a picture shows:
 * where the maps make no sense there are no quads.
 *
 * @param size of the picture in which corners are wanted
 * @throws PreprocessError `INVALID_ARGUMENT`, `INVALID_CORNERS`
 */
export function located(output: LocaliserOutput, size: Size, options: LocatedOptions = {}): Located {
  assertOutput(output);
  assertSize(size);
  const whole = wholeOf(size);
  const { count = 4, within = whole } = options;
  assertCorners(within);
  const documentChance = chance(output.confidence[0]!);
  const unit = { width: 1, height: 1 };
  const quads = hypothesesOf(output.maps, Math.min(Math.max(Math.trunc(count), 1), 16))
    .map(({ corners, ...rest }) => ({ corners: toPicture(corners, unit), ...rest }))
    .filter(({ corners }) => isNear(corners) && isUsable(corners))
    .map(({ corners, ...rest }) => ({ corners: mapCorners(corners, wholeOf(unit), within), ...rest }))
    // In a picture of 1 x 20000 pixels even a good quad may be flat.
    .filter(({ corners }) => isUsable(corners));
  const found = documentChance >= LEAST_CHANCE ? quads : [];
  return {
    quads: found,
    documentChance,
    wholeChance: chance(output.confidence[1]!),
    advice: adviceFor(found[0]?.corners, size),
  };
}

/**
 * Whether the picture is the document already, with nothing around it that matters. By the first look at it: a closer one
 * sees less of what is around.
 *
 * @param size of the picture in whose pixels the quads are
 */
export function isWholePicture(
  { quads: [first], wholeChance }: Pick<Located, 'quads' | 'wholeChance'>,
  size: Size,
): boolean {
  return wholeChance > WHOLE_CHANCE || (!!first && overlapOf(first.corners, wholeOf(size)) > COVERED);
}

/** What to tell the person who holds the camera about a quad that was found, or about none. */
export function adviceFor(corners: Corners | undefined, { width, height }: Size): readonly Advice[] {
  if (corners === undefined) return ['nothing-found'];
  const advice: Advice[] = [];
  const sides = corners.map((corner, i) => distance(corner, corners[((i + 1) % 4) as 0 | 1 | 2 | 3]));
  if (Math.min(...sides) < LEAST_SIDE) advice.push('too-small');
  const leaves = corners.some(
    ({ x, y }) =>
      x < -OUTSIDE * width ||
      y < -OUTSIDE * height ||
      x > (1 + OUTSIDE) * width ||
      y > (1 + OUTSIDE) * height,
  );
  if (leaves) advice.push('out-of-frame');
  return advice;
}

function isNear(corners: Corners): boolean {
  return corners.every(({ x, y }) => Math.min(x, y) > -FURTHEST && Math.max(x, y) < 1 + FURTHEST);
}

function chance(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
