import { createKernelMemory, createPlainMemory, kernelError } from '@docclf/core/kernel';
import { describe, expect, test } from 'vitest';
import { createRandom } from './conformance/samples.ts';
import { nearestRows } from './nearest.ts';
import { createRowMatrix } from './row-matrix.ts';

const ascending = (a: number, b: number) => a < b;

function unitVector(random: () => number, dimension: number): Float32Array {
  const vector = Float32Array.from({ length: dimension }, () => random() - 0.5);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

test('the kernel runs here, so that what follows tests it', () => {
  expect(createKernelMemory(1).kernel?.dot).toBeTypeOf('function');
});

describe.each([
  ['with the kernel', createKernelMemory],
  ['with the plain loop', createPlainMemory],
])('a matrix %s', (_name, createMemory) => {
  test.each([1, 3, 16, 17, 100, 256])(
    'answers as nearestRows, to the last bit, dimension %i',
    (dimension) => {
      const random = createRandom(dimension);
      const matrix = createRowMatrix(dimension, createMemory);
      const vectors = Array.from({ length: 5000 }, () => unitVector(random, dimension));
      // Copies, whose cosines are equal, and neighbours closer than the kernel's own error.
      for (let i = 0; i < 50; i++) {
        vectors[4000 + i] = vectors[i]!;
        vectors[4100 + i] = vectors[i]!.map((value, j) => (j === 0 ? value + 1e-7 : value));
      }
      for (const vector of vectors) matrix.append(vector);
      const values = Float32Array.from(vectors.flatMap((vector) => [...vector]));
      const rows = { values, count: vectors.length, dimension };
      for (let probe = 0; probe < 20; probe++) {
        const query = probe % 2 ? vectors[probe]! : unitVector(random, dimension);
        const includes = probe % 3 ? undefined : (row: number) => row % 7 !== probe % 7;
        for (const count of [1, 5, 60, 6000]) {
          expect(matrix.nearest(query, count, ascending, includes)).toEqual(
            nearestRows(rows, query, count, ascending, includes),
          );
        }
      }
    },
  );

  test('appends and removes as a list that fills its gaps with its last element', () => {
    const random = createRandom(9);
    const matrix = createRowMatrix(5, createMemory);
    const list: Float32Array[] = [];
    for (let step = 0; step < 20_000; step++) {
      if (list.length > 0 && random() < 0.3) {
        const row = Math.floor(random() * list.length);
        matrix.remove(row);
        const last = list.pop()!;
        if (row < list.length) list[row] = last;
      } else {
        const vector = unitVector(random, 5);
        expect(matrix.append(vector)).toBe(list.length);
        list.push(vector);
      }
    }
    expect(matrix.count).toBe(list.length);
    list.forEach((vector, row) => {
      expect(matrix.copyOf(row)).toEqual(vector);
    });
  });

  test('answers as nearestRows while searches, additions and removals alternate', () => {
    const random = createRandom(11);
    const dimension = 24;
    const matrix = createRowMatrix(dimension, createMemory);
    const list: Float32Array[] = [];
    for (let step = 0; step < 60; step++) {
      const added = step % 3 === 0 ? 700 : 3;
      for (let i = 0; i < added; i++) {
        const vector = unitVector(random, dimension);
        matrix.append(vector);
        list.push(vector);
      }
      // Rows with codes and without; some of them the last.
      for (const row of [Math.floor(random() * list.length), list.length - 2, 0]) {
        matrix.remove(row);
        const last = list.pop()!;
        if (row < list.length) list[row] = last;
      }
      const values = Float32Array.from(list.flatMap((vector) => [...vector]));
      const query = unitVector(random, dimension);
      expect(matrix.nearest(query, 5, ascending)).toEqual(
        nearestRows({ values, count: list.length, dimension }, query, 5, ascending),
      );
    }
  });

  test('is empty at first', () => {
    expect(createRowMatrix(4, createMemory).nearest(Float32Array.of(1, 0, 0, 0), 3, ascending)).toEqual([]);
  });
});

test("the kernel's dot products stay within the stated error, also in the worst case", () => {
  const dimension = 512;
  const random = createRandom(4);
  const memory = createKernelMemory(4 * 2 * dimension);
  const values = new Float32Array(memory.buffer);
  let largest = 0;
  for (let round = 0; round < 2000; round++) {
    // Of one sign, where nothing cancels and the sums are largest.
    const [a, b] = [unitVector(random, dimension), unitVector(random, dimension)].map((vector) =>
      round % 2 ? vector.map(Math.abs) : vector,
    ) as [Float32Array, Float32Array];
    values.set(a, 0);
    values.set(b, dimension);
    const found = memory.kernel!.dot(0, 4 * dimension, 4 * dimension);
    const exact = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    largest = Math.max(largest, Math.abs(found - exact));
  }
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(kernelError(dimension));
});
