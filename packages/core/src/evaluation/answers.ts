/** The classifier's answers to searches that are read from tables of scores: its operating point and its decision. */
import { type Decision, decide, defaultMargin, isSeparated, labelsToDecide } from '../decide.ts';
import type { Match } from '../gallery.ts';
import { negativeLabel } from '../labels.ts';
import { type Judge, pointOf } from '../operating-point.ts';
import { createSignificance, type Significance, type Tails } from '../significance.ts';
import { type ResolvedThreshold, resolveThreshold, type Threshold } from '../thresholds.ts';
import { crossTable } from './score-table.ts';
import type { References, SearchData } from './searches.ts';

/** What a user of the classifier asks for, and the model that answers: any embedder is a judge. A score needs none. */
export type AskedOperatingPoint =
  | { readonly asked: Threshold; readonly judge: Judge }
  | { readonly asked: number; readonly judge?: undefined };

export interface AnswerOptions {
  readonly operatingPoint: AskedOperatingPoint;
  /** As the classifier's. 0 to 1; default `defaultMargin`. */
  readonly margin?: number | undefined;
  /** Vectors of negative references ("none of mine"), in every gallery. Default none. */
  readonly negatives?: readonly Float32Array[] | undefined;
}

export interface Answers {
  /** Of a gallery: one image for each of its types. */
  in(references: References): GalleryAnswers;
}

interface GalleryAnswers {
  /** What a search answers: in the whole gallery, and with the image's own type left out. */
  ofImage(image: number): { readonly mated: Decision; readonly withoutOwn: () => Decision };
  /** An image of no type, by its index among the unknown ones. */
  ofUnknown(search: number): Decision;
  /** The threshold of every search, where it does not depend on the probe; else null. */
  readonly threshold: ResolvedThreshold | null;
}

/** @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE, VECTOR_* */
export function createAnswers(
  { images, table, unknown }: SearchData,
  { operatingPoint, margin = defaultMargin, negatives = [] }: AnswerOptions,
): Answers {
  const { labels, vectors, typeOf } = images;
  const rejectImages = negatives.length > 0 ? crossTable(negatives, vectors) : undefined;
  const rejectUnknown =
    negatives.length > 0 && unknown ? crossTable([...negatives], unknown.vectors) : undefined;
  const { asked, judge } = operatingPoint;
  const significance =
    judge?.cohort && typeof asked !== 'number' ? createSignificance(judge.cohort) : undefined;
  const tailsOfImage = keepTails(significance, vectors);
  const tailsOfUnknown = keepTails(significance, unknown?.vectors ?? []);

  function answersIn(references: References): GalleryAnswers {
    const types = Uint16Array.from(references.keys());
    const gallery = Uint16Array.from(references.values());
    const thresholds = createThresholds(operatingPoint, significance, references.size, (at) =>
      tailsOfImage(gallery[at]!),
    );
    const best = createBest(labelsToDecide + 1);

    function searchBy(score: (reference: number) => number): Found {
      best.clear();
      for (let at = 0; at < gallery.length; at++) best.offer(at, score(gallery[at]!));
      return best.found();
    }

    function decided(
      found: Found,
      probe: () => Tails,
      negative: number,
      more: (found: Found) => Found,
    ): Decision {
      const first = found[0];
      const threshold = thresholds.of(found, probe);
      const accepted = first !== undefined && first.score >= threshold.value;
      const matches = (accepted ? more(found) : found).map(({ at, score }) =>
        matchOf(labels[types[at]!]!, score),
      );
      if (negative >= 0) {
        matches.push(matchOf(negativeLabel, negative));
        matches.sort((a, b) => b.score - a.score);
      }
      return decide(matches, threshold, { margin });
    }

    // As the classifier: what is accepted is searched on until the rest is the margin behind.
    const further = (score: (image: number) => number, own: number) => (found: Found) =>
      untilSeparated(found, margin, () =>
        Float64Array.from(gallery, (image, at) => (types[at] === own ? -1 : score(image))),
      );

    return {
      threshold: thresholds.fixed,
      ofImage(image) {
        const score = (reference: number) => table.between(image, reference);
        const own = typeOf[image]!;
        const found = searchBy(score);
        const negative = bestScore(rejectImages, image);
        const probe = () => tailsOfImage(image);
        const others = found.filter(({ at }) => types[at] !== own);
        return {
          mated: decided(found.slice(0, labelsToDecide), probe, negative, further(score, -1)),
          withoutOwn: () => decided(others.slice(0, labelsToDecide), probe, negative, further(score, own)),
        };
      },
      ofUnknown(search) {
        const score = (reference: number) => unknown!.between(search, reference);
        const found = searchBy(score).slice(0, labelsToDecide);
        const negative = bestScore(rejectUnknown, search);
        return decided(found, () => tailsOfUnknown(search), negative, further(score, -1));
      },
    };
  }

  return { in: answersIn };
}

/**
 * Of the searches in one gallery. Negative references are no comparisons, as in a gallery's own counts.
 *
 * @param tailsOfReference by its place among the `references`, of which each is of another type
 */
function createThresholds(
  { asked, judge }: AskedOperatingPoint,
  significance: Significance | undefined,
  references: number,
  tailsOfReference: (at: number) => Tails,
) {
  // A score that is asked for is checked by the same function, which then looks at no manifest.
  const byTable = () =>
    resolveThreshold(asked, judge?.manifest as Judge['manifest'], Math.max(1, references));
  const fixed = significance ? null : byTable();
  return {
    /** Null where it depends on the probe. */
    fixed,
    of([first, ...others]: Found, probe: () => Tails): ResolvedThreshold {
      if (fixed) return fixed;
      if (first === undefined) return byTable();
      const { threshold } = pointOf(asked, significance!, {
        score: first.score,
        others: others.map(({ score }) => score),
        references,
        probe: probe(),
        reference: tailsOfReference(first.at),
      });
      return threshold;
    },
  };
}

const matchOf = (label: string, score: number): Match => ({ id: label, label, score });

/** Of each vector once; called only where there is a significance. */
function keepTails(significance: Significance | undefined, vectors: readonly Float32Array[]) {
  const known: Tails[] = [];
  return (index: number): Tails => {
    known[index] ??= significance!.tailsOf(vectors[index]!);
    return known[index];
  };
}

type Found = readonly { readonly at: number; readonly score: number }[];

/** `untilSeparated` of the classifier, over all scores instead of a gallery; scores below 0 are none. */
function untilSeparated(first: Found, margin: number, allScores: () => Float64Array): Found {
  const best = first[0]!.score;
  const isEnough = (count: number, last: number | undefined) =>
    last === undefined || last < 0 || count < labelsToDecide || isSeparated(best - last, margin);
  if (isEnough(first.length, first.at(-1)?.score)) return first;
  const scores = allScores();
  const falling = Float64Array.from(scores).sort().reverse();
  let count = labelsToDecide;
  do count *= 4;
  while (!isEnough(count, falling[count - 1]));
  const lowest = Math.max(0, falling[count - 1] ?? 0);
  return [...scores.entries()]
    .flatMap(([at, score]) => (score >= lowest ? [{ at, score }] : []))
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}

/** The highest few of many scores in one pass, the first among equals. */
function createBest(capacity: number) {
  const scores = new Float64Array(capacity);
  const places = new Uint16Array(capacity);
  let count = 0;
  return {
    clear() {
      count = 0;
    },
    offer(at: number, score: number) {
      if (count === capacity && !(score > scores[capacity - 1]!)) return;
      let i = count < capacity ? count++ : capacity - 1;
      for (; i > 0 && score > scores[i - 1]!; i--) {
        scores[i] = scores[i - 1]!;
        places[i] = places[i - 1]!;
      }
      scores[i] = score;
      places[i] = at;
    },
    found: (): Found => Array.from({ length: count }, (_, i) => ({ at: places[i]!, score: scores[i]! })),
  };
}

function bestScore(negatives: ReturnType<typeof crossTable> | undefined, image: number): number {
  let best = -1;
  for (let i = 0; i < (negatives?.searches ?? 0); i++) best = Math.max(best, negatives!.between(i, image));
  return best;
}

/** The middle of the thresholds of some searches; null of none. */
export function typicalThreshold(thresholds: readonly number[]): number | null {
  return [...thresholds].sort((a, b) => a - b)[thresholds.length >> 1] ?? null;
}
