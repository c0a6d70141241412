/**
 * Where a lint begins to warn. All are read off real documents: `bench/reference-quality.bench.js` spoils
 * references step by step until photographs of the same document are no longer recognised.
 */

/** From this score on, two pictures are one picture saved twice rather than two captures of one type. */
export const nearDuplicateScore = 0.99;

/** A reference is taken for rotated when a turn brings it closer to its label by at least this score. */
export const rotatedGain = 0.1;

/** Variance of the Laplacian, see `measureQuality`. */
export const leastSharpness = 3;

/** Share of the picture under glare. */
export const mostGlare = 0.15;

/** Spread of grey. */
export const leastContrast = 0.1;

/** Pixels of the shorter side. */
export const leastSide = 32;
