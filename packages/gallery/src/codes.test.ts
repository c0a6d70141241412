import { createKernelMemory } from '@docclf/core/kernel';
import { expect, test } from 'vitest';
import { createCodes } from './codes.ts';
import { createRandom } from './conformance/samples.ts';

function newCodes(dimension: number) {
  const memory = createKernelMemory(1);
  return createCodes(dimension, 16, memory, memory.kernel!.bounds);
}

const unit = (vector: Float32Array) => {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
};

/** Directions that are hard on codes: even ones, a single value, one large among small, halves of a step, of one sign. */
function awkward(dimension: number, random: () => number): Float32Array {
  const kind = Math.floor(random() * 5);
  const at = Math.floor(random() * dimension);
  return unit(
    Float32Array.from({ length: dimension }, (_, i) => {
      if (kind === 0) return random() < 0.5 ? 1 : -1;
      if (kind === 1) return i === at ? -1 : 0;
      if (kind === 2) return i === at ? 1 : (random() - 0.5) / 50;
      if (kind === 3) return i === at ? 127 : Math.floor(random() * 200 - 100) + 0.5;
      return random();
    }),
  );
}

test.each([1, 15, 16, 100, 256, 512, 2048])(
  'no dot product exceeds its bound, and few bounds are far off, dimension %i',
  (dimension) => {
    const random = createRandom(dimension);
    const rows = 61;
    const codes = newCodes(dimension);
    const vectors = Array.from({ length: rows }, () => awkward(dimension, random));
    // Of its own sign everywhere, where sums are largest.
    vectors[7] = unit(new Float32Array(dimension).fill(1));
    for (const [row, vector] of vectors.entries()) codes.write(row, vector);
    for (let probe = 0; probe < 40; probe++) {
      const query = probe < 10 ? vectors[7 + probe]! : awkward(dimension, random);
      const boundsOf = codes.boundsOf(query);
      for (let first = 0; first < rows; first += 16) {
        const bounds = boundsOf(first, Math.min(16, rows - first));
        bounds.forEach((bound, i) => {
          const exact = vectors[first + i]!.reduce((sum, value, j) => sum + value * query[j]!, 0);
          expect(bound).toBeGreaterThanOrEqual(exact);
          // Twice what half a step of each value can make.
          expect(bound - exact).toBeLessThan(Math.sqrt(dimension) / 127 + 1e-4);
        });
      }
    }
  },
);

test('a row is replaced by another, or anew', () => {
  const random = createRandom(3);
  const codes = newCodes(20);
  const vectors = Array.from({ length: 9 }, () => awkward(20, random));
  for (const [row, vector] of vectors.entries()) codes.write(row, vector);
  const before = [...codes.boundsOf(vectors[0]!)(0, 9)];
  codes.copy(8, 2);
  codes.write(3, vectors[5]!);
  const after = [...codes.boundsOf(vectors[0]!)(0, 9)];
  expect(after).toEqual([...before.slice(0, 2), before[8], before[5], ...before.slice(4)]);
});
