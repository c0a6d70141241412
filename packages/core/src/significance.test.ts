import { describe, expect, it } from 'vitest';
import { createProducts } from './products.ts';
import { createSignificance } from './significance.ts';
import { randomUnit } from './testing.ts';
import { cosine } from './vector.ts';

const random = randomUnit(3);

/** A unit vector with this cosine with the first axis. */
function at(cosineWithAxis: number, dimension: number): Float32Array {
  const vector = new Float32Array(dimension);
  vector[0] = cosineWithAxis;
  vector[1] = Math.sqrt(1 - cosineWithAxis ** 2);
  return vector;
}

describe('createSignificance', () => {
  // 50 strangers at cosines 0, 0.01, …, 0.49 of the axis: the tail is the highest 5, and begins at the sixth, 0.44.
  const even = [{ name: 'even', vectors: Array.from({ length: 50 }, (_, i) => at(i / 100, 4)) }];
  const axis = Float32Array.of(1, 0, 0, 0);

  it('begins the tail below the highest tenth, with their mean excess', () => {
    const { starts, excesses } = createSignificance(even).tailsOf(axis);
    expect(starts[0]).toBeCloseTo(0.44, 6);
    expect(excesses[0]).toBeCloseTo((0.01 + 0.02 + 0.03 + 0.04 + 0.05) / 5, 6);
  });

  // scipy.stats.genpareto(c=-0.05).sf(x) * 0.1 at x excesses beyond the start, by SciPy 1.17.1.
  it.each([
    [0, 0.1],
    [1, 0.035848592240854224],
    [4, 0.001152921504606847],
    [8, 3.6561584400629767e-6],
  ])('%d mean excesses beyond it has the chance of a generalised Pareto tail', (excesses, chance) => {
    const significance = createSignificance(even);
    const tails = significance.tailsOf(axis);
    const found = significance.chanceOf(0.44 + 0.03 * excesses, tails, tails);
    // The cosines are float32.
    expect(found.chance / chance).toBeCloseTo(1, 4);
  });

  it('has one tail more, which everybody has: who resembles no stranger is not like everybody else', () => {
    const far = [{ name: 'far', vectors: Array.from({ length: 50 }, (_, i) => at(-0.5 - i / 100, 4)) }];
    const significance = createSignificance(far);
    const tails = significance.tailsOf(axis);
    // It begins at 0.1 and has a mean excess of 0.03.
    const { chance, kind } = significance.chanceOf(0.1 + 0.03 * 4, tails, tails);
    expect(kind).toBe(1);
    expect(chance).toBeCloseTo(0.001152921504606847, 12);
  });

  it('takes both sides alike: the mean of their excesses', () => {
    const significance = createSignificance(even);
    const probe = { starts: Float64Array.of(0.2, 0.1), excesses: Float64Array.of(0.1, 0.03) };
    const reference = { starts: Float64Array.of(0.4, 0.1), excesses: Float64Array.of(0.05, 0.03) };
    // (0.6 - 0.2) / 0.1 = 4 and (0.6 - 0.4) / 0.05 = 4.
    const both = significance.chanceOf(0.6, probe, reference).chance;
    expect(both).toBeCloseTo(significance.chanceFromProbe(0.6, probe, 0), 12);
    expect(significance.chanceOf(0.6, reference, probe).chance).toBe(both);
  });

  it('counts the kind of stranger for which chance is greatest', () => {
    const far = { name: 'far', vectors: even[0]!.vectors.map((_, i) => at(-i / 100, 4)) };
    const significance = createSignificance([far, ...even]);
    const tails = significance.tailsOf(axis);
    expect(significance.chanceOf(0.6, tails, tails).kind).toBe(1);
  });

  it('finds the cosine of a chance again, and is never beyond a chance of 1', () => {
    const cohort = [0, 1, 2].map((kind) => ({
      name: `${kind}`,
      vectors: Array.from({ length: 60 + kind }, () => random(16)),
    }));
    const significance = createSignificance(cohort);
    const [probe, reference] = [significance.tailsOf(random(16)), significance.tailsOf(random(16))];
    for (const chance of [0.5, 0.05, 1e-3, 1e-6]) {
      const cosineNeeded = significance.cosineAt(chance, probe, reference);
      expect(significance.chanceOf(cosineNeeded, probe, reference).chance / chance).toBeCloseTo(1, 9);
    }
    expect(significance.chanceOf(-1, probe, reference).chance).toBe(1);
    expect(significance.chanceOf(1, probe, reference).chance).toBeGreaterThan(0);
  });

  it('stands strangers that are all one', () => {
    const twins = [{ name: 'twins', vectors: Array.from({ length: 50 }, () => axis) }];
    const significance = createSignificance(twins);
    const tails = significance.tailsOf(axis);
    expect(Number.isFinite(significance.chanceOf(1, tails, tails).chance)).toBe(true);
    expect(Number.isFinite(significance.cosineAt(0.01, tails, tails))).toBe(true);
  });
});

describe('createProducts', () => {
  const rows = Array.from({ length: 9 }, () => random(30));
  const plain = () => ({ buffer: new ArrayBuffer(0), grow() {}, kernel: undefined });

  it.each([
    ['with the kernel', undefined],
    ['without', plain],
  ])('multiplies with each row %s', (_, createMemory) => {
    const query = random(30);
    const products = createProducts(rows, createMemory)(query);
    rows.forEach((row, i) => {
      expect(products[i]).toBeCloseTo(cosine(row, query), 5);
    });
  });
});
