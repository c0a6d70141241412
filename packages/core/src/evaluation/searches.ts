/** Searches in a gallery of one reference a type, read from the tables of scores. */
import type { LabelledImages } from './labelled-images.ts';
import { type ProbeTable, type ProbeVectors, probeTable } from './probe-table.ts';
import { createRandom, type Random, shuffled } from './random.ts';
import { type ScoreTable, scoreTable } from './score-table.ts';

/** What identification is measured on. */
export interface SearchData {
  readonly images: LabelledImages;
  readonly table: ScoreTable;
  /** The images as probes, each by all its views. */
  readonly known: ProbeTable;
  /** Images of no type, the non-mated searches. Without them each probe is also searched among the other types alone. */
  readonly unknown?: ProbeTable | undefined;
}

/** @throws INVALID_ARGUMENT, VECTOR_* */
export function searchData(images: LabelledImages, unknown: readonly ProbeVectors[] = []): SearchData {
  const { vectors, views } = images;
  const table = scoreTable(vectors);
  return {
    images,
    table,
    known: views
      ? probeTable(views, vectors)
      : {
          probes: vectors.length,
          viewsOf: (probe) => [vectors[probe]!],
          ofView: (probe, _, image) => table.between(probe, image),
          between: table.between,
        },
    unknown: unknown.length > 0 ? probeTable(unknown, vectors) : undefined,
  };
}

/** The image that stands for each type, by draw; a type that is not in the gallery has none. */
export type References = ReadonlyMap<number, number>;

/** A search whose type is in the gallery. */
export interface MatedSearch {
  readonly type: number;
  readonly ownScore: number;
  /** The best of the other types, the first in label order among equals; scores below 0 mean that there is none. */
  readonly otherType: number;
  readonly otherScore: number;
  /** Other types that score as high or higher: a tie makes the answer arbitrary, so it counts against it. */
  readonly ahead: number;
}

/**
 * Galleries of `size` types drawn at random (all types when it is their number), each with one image
 * drawn from those of its type.
 */
export function* drawGalleries(
  { imagesOf }: LabelledImages,
  size: number,
  draws: number,
  seed: number,
): Generator<References> {
  const random = createRandom(seed);
  for (let draw = 0; draw < draws; draw++) {
    const types =
      size === imagesOf.length ? imagesOf.map((_, type) => type) : drawTypes(imagesOf.length, size, random);
    yield new Map(types.map((type) => [type, imagesOf[type]![random.below(imagesOf[type]!.length)]!]));
  }
}

function drawTypes(count: number, size: number, random: Random): number[] {
  return [...shuffled(count, random).subarray(0, size)].sort((a, b) => a - b);
}

/** Searches every image of the gallery's types that is not itself a reference. */
export function* matedSearches(
  { images, known }: SearchData,
  references: References,
): Generator<MatedSearch> {
  const types = Uint16Array.from(references.keys());
  const gallery = Uint16Array.from(references.values());
  for (const [type, reference] of references) {
    for (const probe of images.imagesOf[type]!) {
      if (probe === reference) continue;
      const ownScore = known.between(probe, reference);
      let [otherType, otherScore, ahead] = [-1, -1, 0];
      for (let i = 0; i < gallery.length; i++) {
        if (types[i] === type) continue;
        const score = known.between(probe, gallery[i]!);
        if (score >= ownScore) ahead++;
        if (score > otherScore) {
          otherScore = score;
          otherType = types[i]!;
        }
      }
      yield { type, ownScore, otherType, otherScore, ahead };
    }
  }
}

/** The best score of each non-mated search, in falling order. */
export function nonMatedScores(
  { unknown }: SearchData,
  references: References,
  mated: readonly MatedSearch[],
): Float64Array {
  let scores: Float64Array;
  if (unknown === undefined) {
    scores = Float64Array.from(mated, ({ otherScore }) => otherScore);
  } else {
    scores = new Float64Array(unknown.probes);
    const gallery = Uint16Array.from(references.values());
    for (let search = 0; search < scores.length; search++) {
      let best = -1;
      for (let i = 0; i < gallery.length; i++) {
        const score = unknown.between(search, gallery[i]!);
        if (score > best) best = score;
      }
      scores[search] = best;
    }
  }
  return scores.sort().reverse();
}
