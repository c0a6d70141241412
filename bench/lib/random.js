/** Seeded randomness: the same seed gives the same pictures and vectors in every run. */

/**
 * A mulberry32 stream.
 *
 * @param {number} seed
 * @returns {() => number} uniform in [0, 1)
 */
export function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draws from the standard normal distribution (Box-Muller).
 *
 * @param {() => number} random
 * @returns {() => number}
 */
export function gaussianFrom(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
