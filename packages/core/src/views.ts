/** The views of a picture: each shows a part of it as the network sees it, and each is a chance to be found, and to be taken for another. */
import { DocclfError } from './errors.ts';
import type { Match } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import type { OperatingPoint } from './operating-point.ts';
import { isObject, type OptionKind } from './options.ts';
import { isVariation, type QuarterTurn, quarterTurns, type Region, type Variation } from './variations.ts';

/** A place in a picture in pixels: x to the right, y down, from the outer corner of its top-left pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of a document in a picture, clockwise from the document's own top left; as in `@docclf/preprocess`. They may lie outside of the picture. */
export type Corners = readonly [topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point];

/** What of a picture is looked at, and how that came about. */
export type Part =
  | { readonly found: 'whole'; readonly corners?: undefined }
  /** Cut out and straightened: by corners that a localiser found, or that the caller gave. */
  | { readonly found: 'located' | 'given'; readonly corners: Corners };

/**
 * What a person with a camera can do better; as in `@docclf/locate`.
 *
 * - `nothing-found`: no document in view, or none that has four sides
 * - `too-small`: the document has too few pixels: come nearer
 * - `out-of-frame`: the document reaches out of the picture: step back
 */
export type Advice = 'nothing-found' | 'too-small' | 'out-of-frame';

export type PreparedView = Part & {
  /** NCHW values of one image, as `toTensor` of `@docclf/preprocess` makes them. */
  readonly tensor: Float32Array;
};

export type View = Part & {
  /** Clockwise degrees by which the part was turned. */
  readonly angle: 0 | QuarterTurn;
  /** It is the part's negative. */
  readonly inverted?: true;
  /** What was painted over, in shares of the part before it was turned. */
  readonly hidden?: Region;
  /** Unit vector of the manifest's dimension. */
  readonly vector: Float32Array;
  /** Its state map: `state.channels` times `state.places` numbers, where the manifest has a `state`. */
  readonly state?: Float32Array;
};

/** Altered copies that are embedded beside the parts of a picture, by kind of part. */
export interface ViewVariations {
  /** Of the whole picture. Default none. */
  readonly whole?: readonly Variation[] | undefined;
  /** Of each document that was cut out of it. Default none. */
  readonly cut?: readonly Variation[] | undefined;
  /** Also the negative of each part that is dark enough to be one. Default false. */
  readonly negatives?: boolean | undefined;
}

/** As an option. */
export const viewVariations: OptionKind = {
  expected: 'lists of variations of the whole and of what was cut out',
  accepts(value) {
    if (!isObject(value) || Array.isArray(value)) return false;
    const { whole, cut, negatives, ...others } = value as ViewVariations;
    const isList = (list: unknown) => list === undefined || (Array.isArray(list) && list.every(isVariation));
    const isFlag = negatives === undefined || typeof negatives === 'boolean';
    return Object.keys(others).length === 0 && isList(whole) && isList(cut) && isFlag;
  },
};

/**
 * What a probe is searched by: a cut-out in all four turns, since nobody knows for sure which way it is up, and the whole
 * picture too when it may lie on its side or head; and what may be a negative also as what it would be a negative of.
 */
export function probeVariations(rotations: boolean): ViewVariations {
  return { cut: quarterTurns, negatives: true, ...(rotations && { whole: quarterTurns }) };
}

/** Where the document lies that a view shows, from the corner that is its top left in that view; null for a whole picture. */
export function outlineOf({ corners, angle }: View): Corners | null {
  if (corners === undefined) return null;
  const start = (4 - angle / 90) % 4;
  return [...corners.slice(start), ...corners.slice(0, start)] as unknown as Corners;
}

/** Clockwise degrees, 0 up to 360, by which the picture must be turned for the view's document to stand as it does in the view. */
export function uprightAngle(view: View): number {
  const outline = outlineOf(view);
  if (outline === null) return view.angle;
  const [topLeft, topRight] = outline;
  const lies = (Math.atan2(topRight.y - topLeft.y, topRight.x - topLeft.x) * 180) / Math.PI;
  return (360 - Math.round(lies)) % 360;
}

/** What `@docclf/preprocess` says of a document's corners, as an error of a classifier; any other error is handed back. */
export function cornersRefused(cause: unknown): unknown {
  const { name, message } = cause as Partial<Error>;
  if (name !== 'PreprocessError') return cause;
  const details = {
    argument: 'corners',
    expected: 'four corners in pixels, clockwise from the document’s own top left, round some of the picture',
    received: String(message),
  };
  return new DocclfError('INVALID_ARGUMENT', details, { cause });
}

/** What one view found. */
export interface SearchedView extends OperatingPoint {
  readonly matches: readonly Match[];
}

/**
 * The matches of the view that answers, with the negative reference that any view resembles most: what a user has said is
 * none of theirs is so however it is cut out.
 */
export function withNegative(matches: readonly Match[], searched: readonly SearchedView[]): readonly Match[] {
  const negatives = searched.flatMap((view) => view.matches.filter(({ label }) => label === negativeLabel));
  if (negatives.length === 0) return matches;
  const nearest = negatives.reduce((one, other) => (other.score > one.score ? other : one));
  const others = matches.filter(({ label }) => label !== negativeLabel);
  // The negative one first among equals, as the gallery has it.
  const at = others.findIndex(({ score }) => score <= nearest.score);
  return at < 0 ? [...others, nearest] : [...others.slice(0, at), nearest, ...others.slice(at)];
}

/** The view that chance explains least; without E-values the one that comes closest to any reference; the first of equals. */
export function bestView<One extends SearchedView>(searched: readonly One[]): One {
  const scoreOf = ({ matches }: SearchedView) =>
    matches.find(({ label }) => label !== negativeLabel)?.score ?? 0;
  const better = (a: SearchedView, b: SearchedView) =>
    a.evalue === null || b.evalue === null || a.evalue === b.evalue
      ? scoreOf(a) > scoreOf(b)
      : a.evalue < b.evalue;
  return searched.reduce((best, view) => (better(view, best) ? view : best));
}
