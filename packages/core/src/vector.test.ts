import { describe, expect, it } from 'vitest';
import { DocclfError } from './errors.ts';
import { thrownCode } from './testing.ts';
import { assertUnitVector, cosine, scoreOfCosine, toUnit } from './vector.ts';

describe('assertUnitVector', () => {
  it.each([
    ['exact', [0.6, 0.8]],
    ['rounded to half precision', [0.5996, 0.7998]],
  ])('accepts a unit vector, %s', (_, values) => {
    expect(() => assertUnitVector(Float32Array.from(values), 2)).not.toThrow();
  });

  it.each([
    ['VECTOR_DIMENSION', Float32Array.of(1, 0, 0)],
    ['VECTOR_DIMENSION', new Float32Array(0)],
    ['VECTOR_NOT_UNIT', Float32Array.of(0.6, 0.81)],
    ['VECTOR_NOT_UNIT', Float32Array.of(0, 0)],
    ['VECTOR_NOT_FINITE', Float32Array.of(1, Number.NaN)],
    ['VECTOR_NOT_FINITE', Float32Array.of(Number.NEGATIVE_INFINITY, 0)],
    ['INVALID_ARGUMENT', [0.6, 0.8]],
    ['INVALID_ARGUMENT', Float64Array.of(0.6, 0.8)],
    ['INVALID_ARGUMENT', undefined],
  ])('answers %s for %s', (code, vector) => {
    expect(thrownCode(() => assertUnitVector(vector as Float32Array, 2))).toBe(code);
  });

  it('names the element that is not finite', () => {
    try {
      assertUnitVector(Float32Array.of(0, Number.NaN), 2);
      expect.unreachable();
    } catch (error) {
      expect(DocclfError.is(error, 'VECTOR_NOT_FINITE') && error.details.index).toBe(1);
    }
  });
});

describe('toUnit', () => {
  it('scales to length 1: (3, 4) has length 5', () => {
    expect([...toUnit(Float32Array.of(3, 4))]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  });

  it('leaves its argument as it was', () => {
    const vector = Float32Array.of(3, 4);
    toUnit(vector);
    expect([...vector]).toEqual([3, 4]);
  });

  it('scales the largest floats, whose squares no float32 can hold', () => {
    expect([...toUnit(Float32Array.of(3e38, 0))]).toEqual([1, 0]);
  });

  it.each([
    ['VECTOR_NOT_UNIT', [0, 0]],
    ['VECTOR_NOT_FINITE', [0, Number.NaN]],
  ])('answers %s for %j', (code, values) => {
    expect(thrownCode(() => toUnit(Float32Array.from(values)))).toBe(code);
  });
});

it('cosine is the sum of products', () => {
  expect(cosine(Float32Array.of(1, 2, 3), Float32Array.of(4, -5, 6))).toBe(4 - 10 + 18);
});

it.each([
  [1, 1],
  [0, 0.5],
  [-1, 0],
  [0.5, 0.75],
  [-0.2, 0.4],
  [1.0000002, 1],
  [-1.0000002, 0],
])('a cosine of %d is a score of %d', (value, score) => {
  expect(scoreOfCosine(value)).toBeCloseTo(score, 12);
  expect(scoreOfCosine(value)).toBeLessThanOrEqual(1);
  expect(scoreOfCosine(value)).toBeGreaterThanOrEqual(0);
});
