/** Four straight sides of the mask: they reach where no corner can be seen, behind a thumb or beyond the frame. */
import type { Corners, Point } from '@docclf/preprocess';
import { grid } from './layout.ts';
import { distance, hullOf, isConvex, meet } from './polygon.ts';

/** A cell from this chance on is of the document. */
const INSIDE = 0.5;
const LEAST_CELLS = 6;
/** Cells from a side within which outline belongs to it. */
const NEAR = 0.8;
/** Share of a side left out at each end, where corners are round. */
const ENDS = 0.08;
const LEAST_POINTS = 4;
/** Cells that a fitted corner may lie from the hull's. */
const LARGEST_MOVE = 6;
/** Cells beyond the maps that sides may meet at. */
const FURTHEST = 0.5 * grid;
/** Of its cost, what it costs to take a side away that is only where the frame cuts the document. */
const CUT = 0.2;
/** Cells from the edge of the maps: there the outline is the frame's, not the document's. */
const EDGE = 0.75;

/** The quad of the mask's sides, clockwise, in cells; undefined where the mask is empty or has no four sides. */
export function sidesOf(mask: Float64Array): Corners | undefined {
  const part = largestPart(mask);
  if (part === undefined) return undefined;
  const outline = outlineOf(mask, part);
  const rough = fourOf(hullOf(outline));
  if (rough === undefined) return undefined;
  const lines = rough.map((start, i) => lineThrough(outline, start, rough[(i + 1) % 4]!));
  const corners: Point[] = [];
  for (let i = 0; i < 4; i++) {
    const before = lines[(i + 3) % 4]!;
    const after = lines[i]!;
    const corner = meet(before.start, before.along, after.start, after.along);
    if (corner === undefined || distance(corner, rough[i]!) >= LARGEST_MOVE) return rough;
    corners.push(corner);
  }
  return isConvex(corners) ? (corners as unknown as Corners) : rough;
}

/** 1 in the largest connected part (four neighbours) of what is inside; of equals the first in reading order. */
function largestPart(mask: Float64Array): Uint8Array | undefined {
  const label = new Int32Array(mask.length);
  let best = { label: 0, size: 0 };
  for (let seed = 0, labels = 0; seed < mask.length; seed++) {
    if (label[seed] !== 0 || mask[seed]! <= INSIDE) continue;
    labels++;
    label[seed] = labels;
    const cells = [seed];
    // The array grows while it is walked.
    for (const cell of cells) {
      const column = cell % grid;
      for (const next of [
        column > 0 ? cell - 1 : -1,
        column < grid - 1 ? cell + 1 : -1,
        cell - grid,
        cell + grid,
      ]) {
        if (next < 0 || next >= mask.length || label[next] !== 0 || mask[next]! <= INSIDE) continue;
        label[next] = labels;
        cells.push(next);
      }
    }
    if (cells.length > best.size) best = { label: labels, size: cells.length };
  }
  return best.size < LEAST_CELLS
    ? undefined
    : Uint8Array.from(label, (value) => (value === best.label ? 1 : 0));
}

/**
 * Where the mask crosses `INSIDE` between a cell of the part and one outside of it, row by row and column by column; at the
 * edge of the maps the edge itself.
 */
function outlineOf(mask: Float64Array, part: Uint8Array): readonly Point[] {
  const points: Point[] = [];
  for (let cell = 0; cell < part.length; cell++) {
    if (part[cell] === 0) continue;
    const column = cell % grid;
    const row = (cell - column) / grid;
    for (const [place, line, unit, isRow] of [
      [column, row, 1, true],
      [row, column, grid, false],
    ] as const) {
      for (const step of [-1, 1]) {
        const near = place + step;
        let found: number;
        if (near < 0 || near >= grid) {
          found = step < 0 ? 0 : grid;
        } else {
          const beside = cell + step * unit;
          if (part[beside] === 1) continue;
          const [here, there] = [mask[cell]!, mask[beside]!];
          // A neighbour of another part may be inside too: halfway then.
          found = place + 0.5 + step * (there < INSIDE ? (here - INSIDE) / (here - there) : 0.5);
        }
        points.push(isRow ? { x: found, y: line + 0.5 } : { x: line + 0.5, y: found });
      }
    }
  }
  return points;
}

/** The convex polygon with sides taken away, each time the one whose neighbours meet at the least cost of area. */
function fourOf(hull: readonly Point[]): Corners | undefined {
  const points = [...hull];
  while (points.length > 4) {
    let best: { cost: number; index: number; tip: Point } | undefined;
    for (let i = 0; i < points.length; i++) {
      const tip = tipOver(points, i);
      if (tip === undefined) continue;
      const first = points[i]!;
      const second = points[(i + 1) % points.length]!;
      const twice = (second.x - first.x) * (tip.y - first.y) - (second.y - first.y) * (tip.x - first.x);
      const cost = Math.abs(twice) * (isCut(first, second) ? CUT : 1);
      if (best === undefined || cost < best.cost) best = { cost, index: i, tip };
    }
    if (best === undefined) return undefined;
    points[best.index] = best.tip;
    points.splice((best.index + 1) % points.length, 1);
  }
  return points.length === 4 ? (points as unknown as Corners) : undefined;
}

/** Whether a side lies on the edge of the maps. */
function isCut(first: Point, second: Point): boolean {
  const on = (a: number, b: number) => a === b && (a === 0 || a === grid);
  return on(first.x, second.x) || on(first.y, second.y);
}

/** Where the neighbours of side `i` meet beyond it; undefined where they open outwards, or meet too far away. */
function tipOver(points: readonly Point[], i: number): Point | undefined {
  const count = points.length;
  const before = points[(i + count - 1) % count]!;
  const first = points[i]!;
  const second = points[(i + 1) % count]!;
  const after = points[(i + 2) % count]!;
  const into = { x: first.x - before.x, y: first.y - before.y };
  const back = { x: second.x - after.x, y: second.y - after.y };
  const tip = meet(before, into, after, back);
  if (tip === undefined) return undefined;
  if (Math.min(tip.x, tip.y) < -FURTHEST || Math.max(tip.x, tip.y) > grid + FURTHEST) return undefined;
  const beyondFirst = (tip.x - first.x) * into.x + (tip.y - first.y) * into.y;
  const beyondSecond = (tip.x - second.x) * back.x + (tip.y - second.y) * back.y;
  return beyondFirst < 0 || beyondSecond < 0 ? undefined : tip;
}

/** Least squares, across the line, over the outline near one side; the side itself where there is too little of it. */
function lineThrough(outline: readonly Point[], from: Point, to: Point): { start: Point; along: Point } {
  const length = distance(from, to);
  const unit = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const chosen = outline.filter(({ x, y }) => {
    const share = ((x - from.x) * unit.x + (y - from.y) * unit.y) / length;
    const away = Math.abs((x - from.x) * unit.y - (y - from.y) * unit.x);
    const seen = x > EDGE && y > EDGE && x < grid - EDGE && y < grid - EDGE;
    return seen && share > ENDS && share < 1 - ENDS && away < NEAR;
  });
  if (chosen.length < LEAST_POINTS) return { start: from, along: { x: to.x - from.x, y: to.y - from.y } };
  const start = {
    x: chosen.reduce((sum, { x }) => sum + x, 0) / chosen.length,
    y: chosen.reduce((sum, { y }) => sum + y, 0) / chosen.length,
  };
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of chosen) {
    xx += (x - start.x) ** 2;
    xy += (x - start.x) * (y - start.y);
    yy += (y - start.y) ** 2;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  return { start, along: { x: Math.cos(angle), y: Math.sin(angle) } };
}
