/** The score of every image with every other, computed once: all figures are read from it. */
import { DocclfError } from '../errors.ts';
import { assertUnitVector, scoreOfCosine } from '../vector.ts';

/** Scores of all unordered pairs of some images: four bytes a pair. */
export interface ScoreTable {
  readonly images: number;
  /** Row by row, without the diagonal and what lies below: (0,1) (0,2) … (1,2) … */
  readonly scores: Float32Array;
  /** The score of two different images, in either order. */
  between(a: number, b: number): number;
}

/** Vectors of a block stay in the cache while the other block passes by. */
const block = 64;

/** @param vectors unit vectors of one dimension */
export function scoreTable(vectors: readonly Float32Array[]): ScoreTable {
  const images = vectors.length;
  const scores = new Float32Array((images * (images - 1)) / 2);
  const flat = flatten(vectors);
  // Where pair (a, b) lies, less b.
  const rowStart = (a: number) => a * images - (a * (a + 1)) / 2 - a - 1;
  for (let top = 0; top < images; top += block) {
    for (let left = top; left < images; left += block) {
      const right = Math.min(images, left + block);
      for (let a = top; a < Math.min(images, top + block); a++) {
        const start = rowStart(a);
        for (let b = Math.max(left, a + 1); b < right; b++) scores[start + b] = flat.score(a, b);
      }
    }
  }
  return {
    images,
    scores,
    between: (a, b) => (a < b ? scores[rowStart(a) + b]! : scores[rowStart(b) + a]!),
  };
}

/** Scores of each of `searches` with each of `images`, a row a search. */
export interface CrossTable {
  readonly searches: number;
  /** What is searched, in the order of `between`. */
  readonly vectors: readonly Float32Array[];
  between(search: number, image: number): number;
}

/**
 * @throws INVALID_ARGUMENT for more than 2^27 pairs; VECTOR_* for searches that do not fit the images
 */
export function crossTable(searches: readonly Float32Array[], images: readonly Float32Array[]): CrossTable {
  const pairs = searches.length * images.length;
  if (pairs > 2 ** 27) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'probes',
      expected: `at most ${Math.floor(2 ** 27 / images.length)} views beside ${images.length} images`,
      received: String(searches.length),
    });
  }
  const dimension = images[0]?.length ?? 0;
  for (const vector of searches) assertUnitVector(vector, dimension);
  const flat = flatten([...images, ...searches]);
  const scores = new Float32Array(pairs);
  for (let left = 0; left < images.length; left += block) {
    const right = Math.min(images.length, left + block);
    for (let search = 0; search < searches.length; search++) {
      for (let image = left; image < right; image++) {
        scores[search * images.length + image] = flat.score(images.length + search, image);
      }
    }
  }
  return {
    searches: searches.length,
    vectors: searches,
    between: (search, image) => scores[search * images.length + image]!,
  };
}

function flatten(vectors: readonly Float32Array[]) {
  const dimension = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * dimension);
  vectors.forEach((vector, i) => {
    values.set(vector, i * dimension);
  });
  return {
    score(a: number, b: number): number {
      let sum = 0;
      const [start, end, shift] = [a * dimension, (a + 1) * dimension, (b - a) * dimension];
      for (let i = start; i < end; i++) sum += values[i]! * values[i + shift]!;
      return scoreOfCosine(sum);
    },
  };
}
