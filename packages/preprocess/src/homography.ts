import { assertCorners, type Corners } from './corners.ts';

/** A 3 x 3 matrix, row-major. It maps (x, y, 1) to (X, Y, W), which is the point (X / W, Y / W). */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/**
 * The perspective map that takes each corner of `from` to the same corner of `to`, scaled so that
 * its last element is 1 (unless that is 0: then the origin maps to infinity).
 *
 * Direct linear transform from four points with normalised coordinates: Hartley & Zisserman,
 * Multiple View Geometry, 2nd ed. 2004, algorithm 4.2 (p. 109) in its inhomogeneous form (p. 90).
 * Fixing the last element at 1 is safe here: after normalisation the origin is the centroid of a
 * convex quadrilateral, which a map onto a convex one never sends to infinity.
 *
 * @throws PreprocessError `INVALID_CORNERS`, see `assertCorners`
 */
export function homography(from: Corners, to: Corners): Matrix3 {
  assertCorners(from);
  assertCorners(to);
  const source = normalisation(from);
  const target = normalisation(to);
  const rows: number[][] = [];
  for (let i = 0; i < 4; i++) {
    const x = (from[i]!.x - source.x) * source.scale;
    const y = (from[i]!.y - source.y) * source.scale;
    const u = (to[i]!.x - target.x) * target.scale;
    const v = (to[i]!.y - target.y) * target.scale;
    rows.push([x, y, 1, 0, 0, 0, -x * u, -y * u, u], [0, 0, 0, x, y, 1, -x * v, -y * v, v]);
  }
  const solution = [...solve(rows), 1] as unknown as Matrix3;
  const into: Matrix3 = [
    source.scale,
    0,
    -source.scale * source.x,
    0,
    source.scale,
    -source.scale * source.y,
    0,
    0,
    1,
  ];
  const outOf: Matrix3 = [1 / target.scale, 0, target.x, 0, 1 / target.scale, target.y, 0, 0, 1];
  const matrix = multiply(multiply(outOf, solution), into);
  const last = matrix[8];
  return last === 0 ? matrix : (matrix.map((value) => value / last) as unknown as Matrix3);
}

/** Where a homography takes the point (x, y). */
export function mapPoint(matrix: Matrix3, x: number, y: number): { x: number; y: number } {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  const w = g * x + h * y + i;
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
}

/** Centroid, and the scale that makes the mean distance from it 1. */
function normalisation(corners: Corners): { x: number; y: number; scale: number } {
  const x = corners.reduce((sum, corner) => sum + corner.x, 0) / 4;
  const y = corners.reduce((sum, corner) => sum + corner.y, 0) / 4;
  return {
    x,
    y,
    scale: 4 / corners.reduce((sum, corner) => sum + Math.hypot(corner.x - x, corner.y - y), 0),
  };
}

/** Gaussian elimination with partial pivoting; each row is its coefficients and right-hand side. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    // Gauss-Jordan: clearing above as well costs nothing at this size and saves the way back.
    for (let i = 0; i < size; i++) {
      const factor = rows[i]![column]! / top[column]!;
      if (i !== column) for (let k = column; k <= size; k++) rows[i]![k]! -= factor * top[k]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}

/** The map that is `right` and then `left`. */
export function multiply(left: Matrix3, right: Matrix3): Matrix3 {
  const product: number[] = [];
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column++) {
      product.push(
        left[row]! * right[column]! +
          left[row + 1]! * right[column + 3]! +
          left[row + 2]! * right[column + 6]!,
      );
    }
  }
  return product as unknown as Matrix3;
}
