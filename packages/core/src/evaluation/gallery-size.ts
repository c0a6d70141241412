/** What a threshold does as a gallery grows: the more types, the more chances for a stranger. */
import { DocclfError, positiveInteger } from '../errors.ts';
import { drawGalleries, matedSearches, nonMatedScores, type SearchData } from './searches.ts';

export interface GallerySizeRates {
  /** Types in the gallery, one reference each. */
  readonly types: number;
  /** Smallest accepted score. */
  readonly threshold: number;
  /** Share of the non-mated searches that were accepted; null when there are none. */
  readonly fpir: number | null;
  /** Share of the mated searches that did not return their type: misses and misidentifications. */
  readonly fnir: number | null;
  readonly misses: number | null;
  readonly misidentifications: number | null;
}

/** Smallest accepted score; a function where it depends on the number of types in the gallery. */
export type ThresholdBySize = number | ((types: number) => number);

export function thresholdFor(types: number, threshold: ThresholdBySize): number {
  return typeof threshold === 'number' ? threshold : threshold(types);
}

export interface GallerySizeOptions {
  readonly threshold: ThresholdBySize;
  /** Numbers of types. */
  readonly sizes: readonly number[];
  /** Galleries drawn for each size. */
  readonly galleryDraws: number;
  readonly seed: number;
}

/** @throws INVALID_ARGUMENT for a size that exceeds the number of types */
export function sweepGallerySizes(data: SearchData, options: GallerySizeOptions): GallerySizeRates[] {
  const { sizes, galleryDraws, seed } = options;
  const types = data.images.labels.length;
  return sizes.map((size) => {
    if (positiveInteger('sizes', size) > types) {
      const expected = `at most ${types}, the number of types,`;
      throw new DocclfError('INVALID_ARGUMENT', { argument: 'sizes', expected, received: String(size) });
    }
    const threshold = thresholdFor(size, options.threshold);
    let [searches, misses, misnamed, nonMated, accepted] = [0, 0, 0, 0, 0];
    for (const references of drawGalleries(data.images, size, galleryDraws, seed)) {
      const mated = [...matedSearches(data, references)];
      for (const { ownScore, otherScore, ahead } of mated) {
        if (!(Math.max(ownScore, otherScore) >= threshold)) misses++;
        else if (ahead > 0) misnamed++;
      }
      searches += mated.length;
      for (const score of nonMatedScores(data, references, mated)) {
        nonMated++;
        if (score >= threshold) accepted++;
      }
    }
    const share = (count: number, of: number) => (of > 0 ? count / of : null);
    return {
      types: size,
      threshold,
      fpir: share(accepted, nonMated),
      fnir: share(misses + misnamed, searches),
      misses: share(misses, searches),
      misidentifications: share(misnamed, searches),
    };
  });
}

/** 2, 5, 10, 20, 50, … below the number of types, and that number. */
export function gallerySizesUpTo(types: number): number[] {
  const sizes: number[] = [];
  for (let decade = 1; decade < types; decade *= 10) {
    for (const step of [1, 2, 5]) if (step * decade > 1 && step * decade < types) sizes.push(step * decade);
  }
  return [...sizes, types];
}
