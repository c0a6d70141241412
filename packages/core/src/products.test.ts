import { describe, expect, it } from 'vitest';
import { createPlainMemory } from './kernel.ts';
import { createProducts } from './products.ts';
import { randomUnit } from './testing.ts';

describe('createProducts', () => {
  const random = randomUnit(11);

  it.each([1, 2, 3, 4, 5, 8, 11].flatMap((count) => [1, 4, 17, 256].map((dimension) => [count, dimension])))(
    'of %d rows of dimension %d are what a plain loop finds',
    (count, dimension) => {
      const rows = Array.from({ length: count! }, () => random(dimension!));
      const products = createProducts(rows);
      const plain = createProducts(rows, createPlainMemory);
      // Twice: nothing of a vector stays for the next.
      for (const vector of [random(dimension!), random(dimension!)]) {
        const expected = rows.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));
        const found = products(vector);
        expect(found).toHaveLength(count!);
        const without = plain(vector);
        for (const [i, product] of expected.entries()) {
          expect(found[i]).toBeCloseTo(product, 5);
          expect(without[i]).toBeCloseTo(product, 5);
        }
      }
    },
  );
});
