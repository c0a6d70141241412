import { describe, expect, it } from 'vitest';
import { type Rivalry, standsOut } from './kin.ts';

const rivalry: Rivalry = { threshold: 0.5, margin: 0.01 };

/** Scores whose distances from 1 are these. */
const at = (...distances: number[]) => distances.map((distance) => 1 - distance);

/** Twelve others: the four nearest at e^-0.4 to e^-0.1 of the fifth's distance, so with a mean logarithm of 0.25. */
const crowd = at(...[0.4, 0.3, 0.2, 0.1].map((log) => 0.2 * Math.exp(-log)), ...new Array(8).fill(0.2));

describe('the best of its like', () => {
  it.each<[string, number, number[], boolean]>([
    // 4 exp(-x / 0.25) is 0.1 at x = 0.922: a distance of 0.0795.
    ['stands out when nearer than chance', 1 - 0.079, crowd, true],
    ['does not when chance comes as near', 1 - 0.08, crowd, false],
    ['stands out of others that are all as far', 1 - 0.18, at(...new Array(15).fill(0.2)), true],
    ['does not, however even they are, when as far itself', 0.8, at(...new Array(15).fill(0.2)), false],
    ['is told from few by its distance alone', 1 - 0.169, at(0.2, 0.21), true],
    ['which must be less than 0.85 of the next', 1 - 0.171, at(0.2, 0.21), false],
    ['stands alone', 0.6, [], true],
    ['is itself, however near the others are', 0.9999, [0.999, 0.999], true],
    ['is a tie of two pictures that are the same', 1, [1, 0.6], false],
  ])('%s', (_, best, others, expected) => {
    expect(standsOut(best, others, rivalry)).toBe(expected);
  });

  it('needs not stand out of labels that could not be the answer', () => {
    const others = at(...new Array(15).fill(0.2));
    const inMargin = { threshold: 0.805, margin: 0.01 };
    expect(standsOut(0.815, others, inMargin)).toBe(true);
    expect(standsOut(0.81, [0.806, ...others], inMargin)).toBe(false);
    expect(standsOut(0.806, [0.804, 0.7], inMargin)).toBe(false);
  });

  it('is a matter of distances: the same lead is more among near ones', () => {
    const falling = (best: number) => Array.from({ length: 15 }, (_, i) => best - 0.01 * (i + 1));
    expect(standsOut(0.99, falling(0.97), rivalry)).toBe(true);
    expect(standsOut(0.82, falling(0.8), rivalry)).toBe(false);
  });
});
