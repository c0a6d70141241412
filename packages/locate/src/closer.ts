/** Closer looks at a quad that was found: around it, and inside of it. */
import type { Corners } from '@docclf/preprocess';
import type { LocaliserOutput, Size } from './layout.ts';
import { type LocatedQuad, located } from './located.ts';
import { areaOf } from './polygon.ts';
import { insetCorners, isUsable } from './quads.ts';

/** Of the document's own sides: what the closer look shows around it. */
const AROUND = 0.12;
/** Of the document's own sides: what the look inside leaves out, so that its edge is not found again. */
const WITHIN = 0.07;
/** Share of the document that one inside of it may have. */
const INNER = { least: 0.02, most: 0.75 };

/**
 * What a closer look shows. Undefined where that is no quad: a sheet seen almost from its edge has its horizon near by.
 */
export function aroundOf(corners: Corners): Corners | undefined {
  const around = insetCorners(corners, -AROUND);
  return isUsable(around) ? around : undefined;
}

/** What a look inside shows; undefined as for `aroundOf`. */
export function withinOf(corners: Corners): Corners | undefined {
  const within = insetCorners(corners, WITHIN);
  return isUsable(within) ? within : undefined;
}

/** The document inside of another, by a look at what is within. */
export function insideOf(output: LocaliserOutput, within: Corners, size: Size): LocatedQuad | undefined {
  const inside = located(output, size, { count: 1, within }).quads[0];
  const share = inside === undefined ? 0 : areaOf(inside.corners) / areaOf(within);
  return share > INNER.least && share < INNER.most ? inside : undefined;
}
