/** How many may be accepted falsely, and so: which score must be refused? */

/**
 * The mass of impostors that may pass at a rate. A product that should be whole is often a hair less in
 * floating point (0.29 * 100 is 28.999999999999996), which would refuse one more; a sum of weights strays likewise.
 *
 * @param whole number of comparisons, or the sum of their weights
 */
export function allowed(rate: number, whole: number): number {
  return rate * whole * (1 + 1e-12);
}

/** Of scores in falling order the highest that must be refused so that at most `rate` of them pass; undefined when none must. */
export function refusedScore(scores: ArrayLike<number>, rate: number): number | undefined {
  return scores[Math.floor(allowed(rate, scores.length))];
}
