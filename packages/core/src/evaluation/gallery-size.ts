/** What a threshold does as a gallery grows: the more types, the more chances for a stranger. */
import type { Decision } from '../decide.ts';
import { DocclfError, positiveInteger } from '../errors.ts';
import { type AnswerOptions, createAnswers, typicalThreshold } from './answers.ts';
import { judgeAnswer } from './decisions.ts';
import { drawGalleries, type SearchData } from './searches.ts';

export interface GallerySizeRates {
  /** Types in the gallery, one reference each. */
  readonly types: number;
  /** The middle of the thresholds of the mated searches; null without one where each search has its own. */
  readonly threshold: number | null;
  /** Share of the non-mated searches that were accepted; null when there are none. */
  readonly fpir: number | null;
  /** Share of the mated searches that did not return their type or an ancestor of it: misses and misidentifications. */
  readonly fnir: number | null;
  /** Answered with unknown. */
  readonly misses: number | null;
  /** Answered with another type. */
  readonly misidentifications: number | null;
}

export interface GallerySizeOptions extends AnswerOptions {
  /** Numbers of types. */
  readonly sizes: readonly number[];
  /** Galleries drawn for each size. */
  readonly galleryDraws: number;
  readonly seed: number;
}

/**
 * The classifier's answers in galleries of so many types.
 *
 * @throws INVALID_ARGUMENT for a size that exceeds the number of types; as `evaluateVectors`
 */
export function sweepGallerySizes(data: SearchData, options: GallerySizeOptions): GallerySizeRates[] {
  const { images, unknown } = data;
  const { sizes, galleryDraws, seed } = options;
  const types = images.labels.length;
  const answers = createAnswers(data, options);
  return sizes.map((size) => {
    if (positiveInteger('sizes', size) > types) {
      const expected = `at most ${types}, the number of types,`;
      throw new DocclfError('INVALID_ARGUMENT', { argument: 'sizes', expected, received: String(size) });
    }
    const counts = { right: 0, ancestor: 0, 'parent-right': 0, wrong: 0, unknown: 0 };
    let [searches, nonMated, accepted] = [0, 0, 0];
    let fixed: number | null = null;
    const thresholds: number[] = [];
    const strange = ({ label }: Decision) => {
      nonMated++;
      if (label !== null) accepted++;
    };
    for (const references of drawGalleries(images, size, galleryDraws, seed)) {
      const gallery = answers.in(references);
      fixed = gallery.threshold?.value ?? null;
      for (const [type, reference] of references) {
        for (const probe of images.imagesOf[type]!) {
          if (probe === reference) continue;
          const { mated, withoutOwn } = gallery.ofImage(probe);
          searches++;
          counts[judgeAnswer(images.labels[type]!, mated.label)]++;
          thresholds.push(mated.threshold.value);
          if (!unknown) strange(withoutOwn());
        }
      }
      for (let search = 0; search < (unknown?.probes ?? 0); search++) strange(gallery.ofUnknown(search));
    }
    const misnamed = counts.wrong + counts['parent-right'];
    const share = (count: number, of: number) => (of > 0 ? count / of : null);
    return {
      types: size,
      threshold: typicalThreshold(thresholds) ?? fixed,
      fpir: share(accepted, nonMated),
      fnir: share(counts.unknown + misnamed, searches),
      misses: share(counts.unknown, searches),
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
