/**
 * How many independent comparisons does a probe make with a gallery?
 *
 * The share of unknown documents that are accepted grows with every reference, since the best of all
 * scores decides; but two references that look alike are nearly one comparison.
 */
import type { Gallery, LabelCount, WithSignal } from './gallery.ts';
import { isWithin, negativeLabel } from './labels.ts';
import { cosine } from './vector.ts';

/** References whose overlap stands for that of all: 32,640 pairs, about 10 ms. */
const sampleSize = 256;

/**
 * The geometric mean of two bounds. Were all references unrelated, it would be their number; that counts
 * alike references twice. The other bound, number² / sum of all squared cosines (the directions over which
 * the references spread), never exceeds the dimension, while the best of ever more scores goes on rising.
 * It has no constant that was fitted; bench/RESULTS.md compares it with seven other ways.
 *
 * @param references how many there are
 * @param overlap mean squared cosine of two of them, see `overlapOf`
 */
export function effectiveComparisons(references: number, overlap: number): number {
  const count = Math.max(1, references);
  return count / Math.sqrt(1 + (count - 1) * overlap);
}

/** Mean squared cosine of two different vectors; 0 when there are fewer than two. */
export function overlapOf(vectors: readonly Float32Array[]): number {
  let sum = 0;
  for (let i = 1; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) sum += cosine(vectors[i]!, vectors[j]!) ** 2;
  }
  return vectors.length < 2 ? 0 : sum / ((vectors.length * (vectors.length - 1)) / 2);
}

/**
 * Counts the comparisons with a gallery as it grows. A call costs one `labels()`; the overlap is measured
 * again when the number of references has changed, from `sampleSize` on by a tenth: it belongs to the kind
 * of the documents and moves little.
 *
 * @returns a function that counts those with the labels given and their sub-labels, by default with all
 */
export function createComparisonCounter(
  gallery: Gallery,
): (within: readonly string[] | undefined, options: WithSignal) => Promise<number> {
  let measured: { readonly size: number; readonly overlap: number } | undefined;

  async function measureOverlap(signal: AbortSignal | undefined): Promise<number> {
    const vectors: Float32Array[] = [];
    // The first ids: they are made from hashes of the images, so they are a sample without order.
    for await (const { label, vector } of gallery.references({ signal })) {
      // What can only reject adds no chance to be accepted.
      if (label === negativeLabel) continue;
      vectors.push(vector);
      if (vectors.length === sampleSize) break;
    }
    return overlapOf(vectors);
  }

  return async (within, { signal }) => {
    const counts = await gallery.labels();
    const size = total(counts);
    const tolerance = size < sampleSize ? 0 : (measured?.size ?? 0) / 10;
    if (measured === undefined || Math.abs(size - measured.size) > tolerance) {
      measured = { size, overlap: await measureOverlap(signal) };
    }
    const inside = within
      ? counts.filter(({ label }) => within.some((ancestor) => isWithin(label, ancestor)))
      : counts;
    return effectiveComparisons(total(inside), measured.overlap);
  };
}

function total(counts: readonly LabelCount[]): number {
  return counts.reduce((sum, { references }) => sum + references, 0);
}
