/** A gallery of a given size: what is searched costs the same whatever its vectors mean. */
import { gaussianFrom, randomFrom } from './random.js';

/**
 * @param {number} dimension
 * @param {number} count
 * @param {number} [seed]
 * @returns {Float32Array[]} spread evenly over all directions, each of length 1
 */
export function unitVectors(dimension, count, seed = 1) {
  const gaussian = gaussianFrom(randomFrom(seed));
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: dimension }, gaussian);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

/**
 * Adds `count` references, ten a label.
 *
 * @param {import('@docclf/node').Classifier<unknown>['gallery']} gallery
 * @param {number} count
 * @returns {Promise<Float32Array[]>} their vectors
 */
export async function fillGallery(gallery, count) {
  const vectors = unitVectors(gallery.space.dimension, count);
  await gallery.add(
    vectors.map((vector, i) => ({ vector, id: `reference-${i}`, label: `type-${Math.floor(i / 10)}` })),
  );
  return vectors;
}
