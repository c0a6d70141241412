import { describe, expect, test } from 'vitest';
import { createRandom } from './conformance/samples.ts';
import { nearestRows, type Rows } from './nearest.ts';

const ascending = (a: number, b: number) => a < b;

/** Every dot product in double precision, then a sort. */
function naive(rows: Rows, query: Float32Array, count: number, includes: (row: number) => boolean) {
  return Array.from({ length: rows.count }, (_, row) => ({
    row,
    cosine: query.reduce((sum, value, i) => sum + value * rows.values[row * rows.dimension + i]!, 0),
  }))
    .filter(({ row }) => includes(row))
    .sort((a, b) => b.cosine - a.cosine || a.row - b.row)
    .slice(0, count);
}

function randomRows(random: () => number, count: number, dimension: number): Rows {
  return { values: Float32Array.from({ length: count * dimension }, () => random() - 0.5), count, dimension };
}

describe('nearestRows', () => {
  test('agrees with a naive sort, for all small counts and odd dimensions', () => {
    const random = createRandom(1);
    for (let round = 0; round < 400; round++) {
      const dimension = 1 + Math.floor(random() * 13);
      const rows = randomRows(random, Math.floor(random() * 40), dimension);
      const query = randomRows(random, 1, dimension).values;
      const count = 1 + Math.floor(random() * 45);
      const left = Math.floor(random() * 4);
      const includes = (row: number) => left === 0 || row % 4 >= left;
      const found = nearestRows(rows, query, count, ascending, includes);
      const expected = naive(rows, query, count, includes);
      expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
      found.forEach(({ cosine }, i) => {
        expect(cosine).toBeCloseTo(expected[i]!.cosine, 12);
      });
    }
  });

  test('agrees with a naive sort where most cosines are equal, in whatever order ties are wanted', () => {
    const random = createRandom(2);
    for (let round = 0; round < 400; round++) {
      const count = 1 + Math.floor(random() * 60);
      // Whole numbers, so that sums are exact in any order.
      const rows = {
        values: Float32Array.from({ length: count * 2 }, () => Math.floor(random() * 3)),
        count,
        dimension: 2,
      };
      const query = Float32Array.of(1, 1);
      const wanted = 1 + Math.floor(random() * 20);
      const rank = Array.from({ length: count }, (_, i) => ({ i, key: random() })).sort(
        (a, b) => a.key - b.key,
      );
      const order = new Map(rank.map(({ i }, place) => [i, place]));
      const expected = naive(rows, query, count, () => true)
        .sort((a, b) => b.cosine - a.cosine || order.get(a.row)! - order.get(b.row)!)
        .slice(0, wanted);
      expect(nearestRows(rows, query, wanted, (a, b) => order.get(a)! < order.get(b)!)).toEqual(expected);
    }
  });

  test('asks for no more rows than are counted', () => {
    const values = Float32Array.of(1, 0, 0, 1, 9, 9);
    expect(nearestRows({ values, count: 2, dimension: 2 }, Float32Array.of(0, 1), 5, ascending)).toEqual([
      { row: 1, cosine: 1 },
      { row: 0, cosine: 0 },
    ]);
  });

  test('finds nothing among no rows, and nothing when none is included', () => {
    const rows = { values: Float32Array.of(1), count: 1, dimension: 1 };
    expect(nearestRows({ ...rows, count: 0 }, Float32Array.of(1), 1, ascending)).toEqual([]);
    expect(nearestRows(rows, Float32Array.of(1), 1, ascending, () => false)).toEqual([]);
  });

  test('adds in double precision', () => {
    // In single precision the ones vanish beside 2^24.
    const values = Float32Array.of(2 ** 24, 1, 1, 1, 1, -(2 ** 24));
    const query = new Float32Array(6).fill(1);
    expect(nearestRows({ values, count: 1, dimension: 6 }, query, 1, ascending)).toEqual([
      { row: 0, cosine: 4 },
    ]);
  });
});
