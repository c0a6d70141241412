/** Which parts of a picture are worth comparing: the whole of it, and what is cut out by the quads that were found. */
import type { Corners } from '@docclf/preprocess';
import type { Size } from './layout.ts';
import type { Found, FoundQuad } from './localiser.ts';
import { isWholePicture } from './located.ts';
import { overlapOf } from './polygon.ts';
import { insetCorners, wholeOf } from './quads.ts';

/**
 * A reference stands for its document for ever, in one vector, so it is cut only where that is sure: by a quad that leaves out
 * a quarter of the picture and is at least so good. Measured on references of all kinds (bench/RESULTS.md): a frame printed
 * in a cover is cut by neither, a sheet photographed on a table by both.
 */
const CUT = { mostCovered: 0.75, leastScore: -1.25 };

/** Share by which the second cut is drawn in: the artwork of a cover lies in a case, which is found in its place. */
const INSET = 0.1;

export interface Cuts {
  /** Best first, at most three: the quad, the quad drawn in, and the one inside of it. Empty for a picture that is the document. */
  readonly cuts: readonly Corners[];
  /** The document beyond doubt: what a reference is cut to. Undefined where the whole picture serves better. */
  readonly document: Corners | undefined;
}

/** @param size of the picture in whose pixels the quads are */
export function cutsOf(found: Found, size: Size): Cuts {
  const { quads } = found;
  const first = quads.find(({ look }) => look === 'photo');
  const [best] = quads;
  if (
    best === undefined ||
    first === undefined ||
    isWholePicture({ quads: [first], wholeChance: found.wholeChance }, size)
  )
    return { cuts: [], document: undefined };
  const cuts = quadsToCut(quads);
  const leavesEnough = ({ corners }: FoundQuad) => overlapOf(corners, wholeOf(size)) <= CUT.mostCovered;
  const isSure = best.score >= CUT.leastScore && [best, first].every(leavesEnough);
  return { cuts, document: isSure ? best.corners : undefined };
}

/** The best quad, the quad drawn in, and the one inside of it. */
export function quadsToCut(quads: readonly FoundQuad[]): readonly Corners[] {
  const [best] = quads;
  const inside = quads.find(({ look }) => look === 'inside');
  return best === undefined
    ? []
    : [best.corners, insetCorners(best.corners, INSET), ...(inside ? [inside.corners] : [])];
}
