import { PreprocessError } from './preprocess-error.ts';

/**
 * A place in a picture, in pixels: x to the right, y down, from the outer corner of the top-left
 * pixel. Pixel (0, 0) covers 0 to 1 on both axes and its centre is (0.5, 0.5); the bottom-right
 * corner of a picture is (width, height). So a point scales with the picture by multiplication.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The corners of a document, clockwise from the DOCUMENT's own top left, as one reads it. The order
 * is the caller's statement: it is never guessed and never changed, so a document lying on its side
 * is straightened upright. Corners may lie outside of the picture.
 */
export type Corners = readonly [topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point];

const ORDER = 'top left, top right, bottom right, bottom left of the document as it is read';

/**
 * Least sine of an angle between neighbouring sides (about 0.06 degrees); below it three corners
 * are in a line for any practical purpose and the homography is numerically worthless.
 */
const LEAST_SINE = 1e-3;

/**
 * Checks that the four corners are finite and make a convex quadrilateral in clockwise order.
 *
 * @throws PreprocessError `INVALID_CORNERS`: not four, not finite, degenerate, counter-clockwise
 * (mirrored), self-crossing or not convex
 */
export function assertCorners(corners: Corners): void {
  const isPlace = (corner: Point) => Number.isFinite(corner?.x) && Number.isFinite(corner?.y);
  if (!Array.isArray(corners) || corners.length !== 4 || !corners.every(isPlace)) {
    refuse('four points with finite x and y', 'give each corner in pixels');
  }
  let left = 0;
  for (let i = 0; i < 4; i++) {
    const a = corners[i]!;
    const b = corners[(i + 1) % 4]!;
    const c = corners[(i + 2) % 4]!;
    const sine =
      ((b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)) /
      (Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y));
    // Written so that 0 / 0, from two equal corners, is refused as well.
    if (!(Math.abs(sine) >= LEAST_SINE)) {
      refuse('four corners of which no three are in a line', 'check for a repeated or misplaced corner');
    }
    // y points down, so a clockwise walk always turns to the positive side.
    if (sine < 0) left++;
  }
  if (left === 4) refuse('clockwise corners', `these are counter-clockwise (mirrored); give ${ORDER}`);
  if (left === 2) refuse('corners in order round the document', `these cross over; give ${ORDER}`);
  if (left > 0) refuse('a convex quadrilateral', 'one corner lies inside of the other three; check it');

  function refuse(expected: string, remedy: string): never {
    throw new PreprocessError(
      'INVALID_CORNERS',
      `Expected ${expected}, got ${JSON.stringify(corners)?.slice(0, 200)}: ${remedy}.`,
    );
  }
}
