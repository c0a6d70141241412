/** The clusters of the unknown inbox against scipy's and scikit-learn's, which agree. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clusterByScore, medoidOf } from '../../src/unknowns/index.ts';
import { toUnit } from '../../src/vector.ts';

interface Expected {
  readonly cases: { score: number; vectors: number[][]; groups: number[][]; medoids: number[] }[];
}
const { cases }: Expected = JSON.parse(
  readFileSync(new URL('./fixtures/clusters.json', import.meta.url), 'utf8'),
);

it.each(cases.map((one) => [one.vectors.length, one.groups.length, one] as const))(
  'finds the groups of %i vectors that scipy finds, %i',
  (_, __, { score, vectors, groups, medoids }) => {
    const unit = vectors.map((vector) => toUnit(Float32Array.from(vector)));
    const found = clusterByScore(unit, score);
    expect(found).toEqual(groups);
    expect(found.map((group) => medoidOf(group, unit))).toEqual(medoids);
  },
);

it('finds nothing among nothing, and one group of equals', () => {
  expect(clusterByScore([], 0.5)).toEqual([]);
  const equal = Array.from({ length: 5 }, () => Float32Array.of(1, 0));
  expect(clusterByScore(equal, 0.9)).toEqual([[0, 1, 2, 3, 4]]);
});
