import { describe, expect, it } from 'vitest';
import { chanceOfInliers, combinedEvalue, weightOfSilence } from './chance-of-inliers.ts';

const sheet = { width: 400, height: 600 };

describe('the chance of inliers', () => {
  it('is one for none and falls with each', () => {
    expect(chanceOfInliers(0)).toBe(1);
    for (let k = 5; k < 40; k++) expect(chanceOfInliers(k)).toBeLessThan(chanceOfInliers(k - 1));
    expect(chanceOfInliers(400)).toBe(chanceOfInliers(40));
  });

  it('added to an E-value makes one that is as rare among strangers as it says', () => {
    // Strangers drawn: E-values of the vector spread evenly up to the comparisons, inliers by their chance.
    const comparisons = 100;
    const random = mulberry(5);
    const drawn = Array.from({ length: 100_000 }, () => {
      const share = random();
      let inliers = 0;
      while (inliers < 40 && chanceOfInliers(inliers + 1) >= share) inliers++;
      return combinedEvalue(random() * comparisons, inliers, comparisons);
    });
    for (const limit of [3, 1, 0.3]) {
      // So many of a hundred comparisons each.
      const expected = (limit / comparisons) * drawn.length;
      const found = drawn.filter((evalue) => evalue <= limit).length;
      expect(found).toBeGreaterThan(0.7 * expected);
      expect(found).toBeLessThan(1.3 * expected);
    }
  });

  it('lets silence speak only where both pictures have something to say', () => {
    expect(weightOfSilence({ points: 60, ...sheet }, 400)).toBeGreaterThan(1);
    // Print that has run together.
    expect(weightOfSilence({ points: 60, width: 64, height: 100 }, 400)).toBe(1);
    for (const [probe, reference] of [
      [49, 400],
      [400, 10],
      [0, 0],
    ]) {
      expect(weightOfSilence({ points: probe!, ...sheet }, reference!)).toBe(1);
    }
  });

  it('makes a vector without inliers a little less sure, and one with many far surer', () => {
    expect(combinedEvalue(0.001, 0, 100)).toBeGreaterThan(0.001);
    expect(combinedEvalue(0.001, 0, 100)).toBeLessThan(0.02);
    expect(combinedEvalue(10, 20, 100)).toBeLessThan(0.01);
  });
});

/** Uniform in [0, 1): mulberry32. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
