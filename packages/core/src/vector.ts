/** Unit vectors and their score. */
import { DocclfError, describe } from './errors.ts';

/**
 * How far a norm may be from 1. Float32 rounding of 256 components stays below 1e-6; half-precision
 * stores reach 5e-4.
 */
const normTolerance = 1e-3;

/**
 * Throws unless `vector` is a unit vector of the given dimension.
 *
 * @throws INVALID_ARGUMENT when it is no Float32Array, VECTOR_DIMENSION, VECTOR_NOT_FINITE, VECTOR_NOT_UNIT
 */
export function assertUnitVector(vector: Float32Array, dimension: number): void {
  if (!(vector instanceof Float32Array)) {
    const expected = 'a Float32Array';
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'vector', expected, received: describe(vector) });
  }
  if (vector.length !== dimension) {
    throw new DocclfError('VECTOR_DIMENSION', { expected: dimension, received: vector.length });
  }
  const norm = finiteNorm(vector);
  if (Math.abs(norm - 1) > normTolerance) throw new DocclfError('VECTOR_NOT_UNIT', { norm });
}

/**
 * A copy of `vector` scaled to length 1.
 *
 * @throws VECTOR_NOT_FINITE; VECTOR_NOT_UNIT when every element is zero, which has no direction
 */
export function toUnit(vector: Float32Array): Float32Array {
  const norm = finiteNorm(vector);
  if (norm === 0) throw new DocclfError('VECTOR_NOT_UNIT', { norm });
  return vector.map((value) => value / norm);
}

/** The cosine of two unit vectors of one dimension, in [-1, 1] up to rounding. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** score = (cosine + 1) / 2, in [0, 1]: 0.5 is "unrelated", 1 "the same image". */
export function scoreOfCosine(cosine: number): number {
  return Math.min(1, Math.max(0, (cosine + 1) / 2));
}

/** `scoreOfCosine` the other way round: from -1 to 1. */
export function cosineOfScore(score: number): number {
  return 2 * score - 1;
}

/** From this score on two pictures are one: runtimes differ by less, captures of one document by more. */
export const samePictureScore = 0.99975;

function finiteNorm(vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  // Squares of float32 are finite in double precision: one value that is not makes the sum so.
  if (!Number.isFinite(sum))
    throw new DocclfError('VECTOR_NOT_FINITE', {
      index: vector.findIndex((value) => !Number.isFinite(value)),
    });
  return Math.sqrt(sum);
}
