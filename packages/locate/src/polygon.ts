/** Plane geometry of quads and hulls; y points down, so clockwise on the screen has a positive area. */
import type { Corners, Point } from '@docclf/preprocess';

/** Below it two directions count as parallel: the sine of the angle between them. */
const PARALLEL = 1e-6;

/** The z of the cross product of a->b and c->d. */
function cross(a: Point, b: Point, c: Point, d: Point): number {
  return (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** Positive for a clockwise polygon. */
export function areaOf(polygon: readonly Point[]): number {
  let twice = 0;
  for (let i = 0; i < polygon.length; i++) {
    const a = polygon[i]!;
    const b = polygon[(i + 1) % polygon.length]!;
    twice += a.x * b.y - a.y * b.x;
  }
  return twice / 2;
}

/** Convex and clockwise, no three corners in a line. */
export function isConvex(quad: readonly Point[]): boolean {
  return quad.every((a, i) => {
    const b = quad[(i + 1) % quad.length]!;
    const c = quad[(i + 2) % quad.length]!;
    return cross(a, b, b, c) > 1e-9;
  });
}

/** Four points by their angle about their middle, clockwise. */
export function clockwise(points: readonly Point[]): Corners {
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  const angle = (point: Point) => Math.atan2(point.y - y, point.x - x);
  return [...points].sort((a, b) => angle(a) - angle(b)) as unknown as Corners;
}

/** Where the line through `a` along `b` meets the one through `c` along `d` (directions); undefined where they hardly do. */
export function meet(a: Point, b: Point, c: Point, d: Point): Point | undefined {
  const sine = b.x * d.y - b.y * d.x;
  if (!(Math.abs(sine) > PARALLEL * Math.hypot(b.x, b.y) * Math.hypot(d.x, d.y))) return undefined;
  const share = ((c.x - a.x) * d.y - (c.y - a.y) * d.x) / sine;
  return { x: a.x + b.x * share, y: a.y + b.y * share };
}

/** What two convex clockwise polygons share (Sutherland and Hodgman, Reentrant polygon clipping, CACM 1974). */
export function intersection(subject: readonly Point[], clip: readonly Point[]): readonly Point[] {
  let kept: readonly Point[] = subject;
  for (let i = 0; i < clip.length && kept.length > 0; i++) {
    const start = clip[i]!;
    const end = clip[(i + 1) % clip.length]!;
    const side = (point: Point) => cross(start, end, start, point);
    const next: Point[] = [];
    for (let k = 0; k < kept.length; k++) {
      const a = kept[k]!;
      const b = kept[(k + 1) % kept.length]!;
      const [sideA, sideB] = [side(a), side(b)];
      if (sideA >= 0) next.push(a);
      if (sideA >= 0 !== sideB >= 0) {
        const share = sideA / (sideA - sideB);
        next.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
      }
    }
    kept = next;
  }
  return kept;
}

/** Intersection over union of two convex clockwise polygons, 0 to 1. */
export function overlapOf(first: readonly Point[], second: readonly Point[]): number {
  const common = areaOf(intersection(first, second));
  return common / (areaOf(first) + areaOf(second) - common);
}

/** Convex hull, clockwise (Andrew's monotone chain), no three corners in a line. */
export function hullOf(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const chain = (items: readonly Point[]) => {
    const kept: Point[] = [];
    for (const point of items) {
      while (kept.length > 1 && cross(kept.at(-2)!, kept.at(-1)!, kept.at(-2)!, point) <= 1e-12) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}
