/** Quads made of other quads: turned, drawn in, or taken from a look at a part. */
import {
  assertCorners,
  type Corners,
  homography,
  mapPoint,
  type Point,
  PreprocessError,
} from '@docclf/preprocess';
import type { Size } from './layout.ts';

const unitSquare: Corners = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

/** The whole picture as corners. */
export function wholeOf({ width, height }: Size): Corners {
  return unitSquare.map(({ x, y }) => ({ x: x * width, y: y * height })) as unknown as Corners;
}

/**
 * The same quad begun `turns` corners later: what is cut out by it is turned `turns` quarters counter-clockwise.
 *
 * @param turns any whole number, modulo 4
 */
export function turnCorners(corners: Corners, turns: number): Corners {
  const start = ((turns % 4) + 4) % 4;
  return [...corners.slice(start), ...corners.slice(0, start)] as unknown as Corners;
}

/**
 * The quad drawn in on all sides by `share` of the document's own width and height (0.05 leaves 90 % of each), in
 * perspective; a negative share grows it.
 *
 * @param share above -1 and below 0.5
 * @throws PreprocessError `INVALID_CORNERS`, `INVALID_ARGUMENT`
 */
export function insetCorners(corners: Corners, share: number): Corners {
  if (!(share > -1 && share < 0.5)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a share above -1 and below 0.5, got ${share}. Use 0.05 for a twentieth on each side.`,
    );
  }
  const [low, high] = [share, 1 - share];
  const inner = unitSquare.map(({ x, y }) => ({ x: x === 0 ? low : high, y: y === 0 ? low : high }));
  return mapCorners(inner as unknown as Corners, unitSquare, corners);
}

/** Corners in one quad's plane, in another's: where they lie in `to` as they lie in `from`. */
export function mapCorners(corners: Corners, from: Corners, to: Corners): Corners {
  const matrix = homography(from, to);
  return corners.map(({ x, y }: Point) => mapPoint(matrix, x, y)) as unknown as Corners;
}

/** Clockwise degrees, from 0 up to 360, by which the document lies turned: 90 where its top edge runs downwards. */
export function angleOf([topLeft, topRight]: Corners): number {
  const degrees = (Math.atan2(topRight.y - topLeft.y, topRight.x - topLeft.x) * 180) / Math.PI;
  // -1e-15 + 360 would be 360.
  const angle = degrees < 0 ? degrees + 360 : degrees;
  return angle === 360 ? 0 : angle;
}

/** Whether a cut-out can be made of it; see `assertCorners`. */
export function isUsable(corners: Corners): boolean {
  try {
    assertCorners(corners);
    return true;
  } catch {
    return false;
  }
}
