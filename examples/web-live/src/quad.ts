/** A document's outline in a picture, as a person moves its corners. Pure. */
import type { Corners, Point } from '@docclf/web';

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Share of each side that an outline leaves free which nobody has found yet. */
const border = 0.12;

/** Where to begin with a document that was not found. */
export function firstOutline({ width, height }: Extent): Corners {
  const [left, top] = [border * width, border * height];
  const [right, bottom] = [width - left, height - top];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

/**
 * The outline with one corner elsewhere, inside of the picture; undefined where it would cross itself or bend inwards, which
 * no document does.
 */
export function withCorner(
  corners: Corners,
  index: number,
  { x, y }: Point,
  extent: Extent,
): Corners | undefined {
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const moved = { x: within(x, extent.width), y: within(y, extent.height) };
  const next = corners.map((corner, i) => (i === index ? moved : corner)) as unknown as Corners;
  return isConvex(next) ? next : undefined;
}

/** Which corner of the picture a corner of the outline is nearest to, in words: its order begins at the document's own top left. */
export function placeOf({ x, y }: Point, corners: Corners): string {
  const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const vertical = y < middle(corners.map((corner) => corner.y)) ? 'Top' : 'Bottom';
  return `${vertical} ${x < middle(corners.map((corner) => corner.x)) ? 'left' : 'right'}`;
}

/** Clockwise, as y points down: each turn is to the right, and clear. */
function isConvex(corners: Corners): boolean {
  return corners.every((a, i) => {
    const b = corners[(i + 1) % 4]!;
    const c = corners[(i + 2) % 4]!;
    const turn = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    return turn > 0.02 * Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y);
  });
}
