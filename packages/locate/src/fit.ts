/** Judges quads by one photo's maps: how well a quad fits the mask, and how much corner there is at its corners. */
import type { Corners, Point } from '@docclf/preprocess';
import { grid } from './layout.ts';

/** The mask is compared at so many times its resolution. */
const FINE = 2;
const fineSide = FINE * grid;
const CORNER_WEIGHT = 0.5;
const MASK_WEIGHT = 3;
const CORNER_FLOOR = 0.02;
const OVERLAP_FLOOR = 1e-3;
/** The mass that a corner beyond the maps counts as: it cannot be seen, which is no reason against it. */
const BEYOND = 0.3;
const TURN_BEYOND = 0.05;
const TURN_FLOOR = 1e-3;
const planes: readonly (0 | 1 | 2 | 3)[] = [0, 1, 2, 3];

export interface Fit {
  /** `[48, 48]` in 0..1. */
  readonly mask: Float64Array;
  /** `[48, 48]`, the sum of all corners' chances. */
  readonly anyCorner: Float64Array;
  /** 0 would be perfect. Beside the whole mask; of a quad that is one of several, beside what of it lies within `around`. */
  score(quad: Corners, around?: Corners): number;
  /** The chance that the document's own top left is corner 0, 1, 2, 3 of the quad; they sum to 1. */
  turns(quad: Corners): readonly [number, number, number, number];
}

/** @param maps `[5, 48, 48]` logits */
export function createFit(maps: Float32Array): Fit {
  const cells = grid * grid;
  const mask = Float64Array.from(maps.subarray(0, cells), (value) => 1 / (1 + Math.exp(-value)));
  const corners = planes.map((plane) => softmax(maps.subarray((plane + 1) * cells, (plane + 2) * cells)));
  const anyCorner = sumOf(corners);
  const masses = corners.map(around);
  const anyMass = sumOf(masses);
  const running = runningSums(enlarge(mask));
  let total = 0;
  for (let row = 0; row < fineSide; row++) total += running[row * (fineSide + 1) + fineSide]!;

  return {
    mask,
    anyCorner,
    score(quad, around) {
      let corner = 0;
      for (const point of quad)
        corner += Math.log(Math.min(at(anyMass, point) ?? BEYOND - CORNER_FLOOR, 1) + CORNER_FLOOR);
      const { common, inside } = within(running, quad);
      const rest = around ? within(running, around).common : total;
      const overlap = common / Math.max(rest + inside - common, 1e-6);
      return CORNER_WEIGHT * corner + MASK_WEIGHT * Math.log(overlap + OVERLAP_FLOOR);
    },
    turns(quad) {
      const logs = planes.map((turn) =>
        planes.reduce<number>((sum, plane) => {
          const mass = at(masses[plane]!, quad[((plane + turn) % 4) as 0 | 1 | 2 | 3]) ?? TURN_BEYOND;
          return sum + Math.log(mass + TURN_FLOOR);
        }, 0),
      );
      const most = Math.max(...logs);
      const chances = logs.map((value) => Math.exp(value - most));
      const sum = chances.reduce((all, chance) => all + chance, 0);
      return chances.map((chance) => chance / sum) as unknown as [number, number, number, number];
    },
  };
}

/** What of the mask lies in the quad, as it is, and the quad's own area, row by row. What lies beyond the maps counts not at all. */
function within(running: Float64Array, quad: Corners): { readonly common: number; readonly inside: number } {
  let common = 0;
  let inside = 0;
  for (let row = 0; row < fineSide; row++) {
    const middle = row + 0.5;
    let left = Infinity;
    let right = -Infinity;
    for (let i = 0; i < 4; i++) {
      const start = quad[i]!;
      const end = quad[(i + 1) % 4]!;
      const [fromY, toY] = [start.y * FINE, end.y * FINE];
      if (middle < Math.min(fromY, toY) || middle >= Math.max(fromY, toY)) continue;
      const x = start.x * FINE + ((middle - fromY) * (end.x - start.x) * FINE) / (toY - fromY);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    if (!(left < right)) continue;
    const first = Math.min(Math.max(Math.ceil(left - 0.5), 0), fineSide);
    const last = Math.min(Math.max(Math.ceil(right - 0.5), 0), fineSide);
    const line = row * (fineSide + 1);
    common += running[line + last]! - running[line + first]!;
    inside += last - first;
  }
  return { common, inside };
}

function at(values: Float64Array, { x, y }: Point): number | undefined {
  const column = Math.floor(x);
  const row = Math.floor(y);
  return column >= 0 && row >= 0 && column < grid && row < grid ? values[row * grid + column] : undefined;
}

function softmax(logits: Float32Array): Float64Array {
  // Plain loops: callbacks take three times as long.
  let most = -Infinity;
  for (const value of logits) if (value > most) most = value;
  const raised = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < raised.length; i++) {
    raised[i] = Math.exp(logits[i]! - most);
    sum += raised[i]!;
  }
  for (let i = 0; i < raised.length; i++) raised[i]! /= sum;
  return raised;
}

function sumOf(maps: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(maps[0]!.length);
  for (const map of maps) for (let i = 0; i < sums.length; i++) sums[i]! += map[i]!;
  return sums;
}

/** The sum of 5 x 5 cells around each; nothing beyond the maps. */
function around(values: Float64Array): Float64Array {
  const sums = (source: Float64Array, step: number, across: number) => {
    const out = new Float64Array(source.length);
    for (let line = 0; line < grid; line++) {
      for (let place = 0; place < grid; place++) {
        const i = line * across + place * step;
        let sum = 0;
        for (let near = Math.max(0, place - 2); near <= Math.min(grid - 1, place + 2); near++)
          sum += source[i + (near - place) * step]!;
        out[i] = sum;
      }
    }
    return out;
  };
  return sums(sums(values, grid, 1), 1, grid);
}

/** Twice the resolution, bilinear between cells' middles, edge cells repeated. */
function enlarge(mask: Float64Array): Float64Array {
  const fine = new Float64Array(fineSide * fineSide);
  const near = (i: number) => Math.floor(i / FINE);
  const far = (i: number) => Math.min(Math.max(near(i) + (i % FINE === 0 ? -1 : 1), 0), grid - 1);
  for (let row = 0; row < fineSide; row++) {
    const here = near(row) * grid;
    const beside = far(row) * grid;
    for (let column = 0; column < fineSide; column++) {
      const a = 0.75 * mask[here + near(column)]! + 0.25 * mask[here + far(column)]!;
      const b = 0.75 * mask[beside + near(column)]! + 0.25 * mask[beside + far(column)]!;
      fine[row * fineSide + column] = 0.75 * a + 0.25 * b;
    }
  }
  return fine;
}

/** For each row, the sum of what is left of each place, so that a span is one subtraction. */
function runningSums(fine: Float64Array): Float64Array {
  const running = new Float64Array(fineSide * (fineSide + 1));
  for (let row = 0; row < fineSide; row++) {
    for (let column = 0; column < fineSide; column++) {
      const to = row * (fineSide + 1) + column;
      running[to + 1] = running[to]! + fine[row * fineSide + column]!;
    }
  }
  return running;
}
