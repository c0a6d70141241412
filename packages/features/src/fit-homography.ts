/** The map between two pictures of one plane that leaves the least between many pairs of points. */
import type { Matrix3 } from '@docclf/preprocess';

/** Pairs in rows of four: x and y, and where they go. */
export type Places = Float64Array;

/**
 * Normalised direct linear transform over all pairs (Hartley and Zisserman 2004, algorithm 4.2, in its inhomogeneous form),
 * solved again with each equation divided by its depth, so that distances in the target are what is least. With
 * `affine` the last row stays 0 0 1. Undefined where the points are in a line.
 *
 * @param places at least three pairs, without `affine` at least four
 */
export function fitHomography(places: Places, affine = false): Matrix3 | undefined {
  const source = normalisation(places, 0);
  const target = normalisation(places, 2);
  if (source === undefined || target === undefined) return undefined;
  let matrix: number[] | undefined;
  for (let round = 0; round < (affine ? 1 : 3); round++) {
    matrix = solve(equations(places, source, target, matrix, affine), affine ? 6 : 8);
    if (matrix === undefined) return undefined;
    if (affine) matrix.push(0, 0);
    matrix.push(1);
  }
  const [a, b, c, d, e, f, g, h, i] = matrix as unknown as Matrix3;
  // Back out of the normalised coordinates on both sides.
  const { x, y, scale } = source;
  const [G, H] = [g * scale, h * scale];
  const I = i - G * x - H * y;
  const row = (p: number, q: number, r: number, shift: number) => {
    const [P, Q] = [p * scale, q * scale];
    const R = r - P * x - Q * y;
    return [P / target.scale + shift * G, Q / target.scale + shift * H, R / target.scale + shift * I];
  };
  const full = [...row(a, b, c, target.x), ...row(d, e, f, target.y), G, H, I];
  return full.map((value) => value / I) as unknown as Matrix3;
}

interface Normalisation {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function normalisation(places: Places, column: 0 | 2): Normalisation | undefined {
  const count = places.length / 4;
  let [x, y] = [0, 0];
  for (let i = column; i < places.length; i += 4) {
    x += places[i]! / count;
    y += places[i + 1]! / count;
  }
  let spread = 0;
  for (let i = column; i < places.length; i += 4)
    spread += Math.hypot(places[i]! - x, places[i + 1]! - y) / count;
  return spread > 0 ? { x, y, scale: Math.SQRT2 / spread } : undefined;
}

/** Normal equations, each row with its right-hand side behind it. */
function equations(
  places: Places,
  source: Normalisation,
  target: Normalisation,
  before: readonly number[] | undefined,
  affine: boolean,
): Float64Array[] {
  const size = affine ? 6 : 8;
  const sums = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (let i = 0; i < places.length; i += 4) {
    const x = (places[i]! - source.x) * source.scale;
    const y = (places[i + 1]! - source.y) * source.scale;
    const u = (places[i + 2]! - target.x) * target.scale;
    const v = (places[i + 3]! - target.y) * target.scale;
    const depth = before ? before[6]! * x + before[7]! * y + 1 : 1;
    const weight = 1 / (depth * depth);
    addSquare(sums, [x, y, 1, 0, 0, 0, -x * u, -y * u], u, weight);
    addSquare(sums, [0, 0, 0, x, y, 1, -x * v, -y * v], v, weight);
  }
  return sums;
}

function addSquare(sums: Float64Array[], row: readonly number[], right: number, weight: number): void {
  const size = sums.length;
  for (let i = 0; i < size; i++) {
    const scaled = row[i]! * weight;
    if (scaled === 0) continue;
    const sum = sums[i]!;
    for (let j = 0; j < size; j++) sum[j]! += scaled * row[j]!;
    sum[size]! += scaled * right;
  }
}

/** Gauss-Jordan with partial pivoting; undefined where a pivot is next to nothing. */
function solve(rows: Float64Array[], size: number): number[] | undefined {
  const largest = Math.max(...rows.map((row, i) => row[i]!));
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    if (!(Math.abs(top[column]!) > 1e-10 * largest)) return undefined;
    for (let i = 0; i < size; i++) {
      const factor = rows[i]![column]! / top[column]!;
      if (i !== column) for (let k = column; k <= size; k++) rows[i]![k]! -= factor * top[k]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
