/** The classifier's answers to searches that are read from tables of scores: its operating point and its decision. */
import { type Decision, decide, defaultMargin, isSeparated, labelsToDecide } from '../decide.ts';
import type { Match } from '../gallery.ts';
import { negativeLabel } from '../labels.ts';
import { costOf, type Judge, type OperatingPoint, pointOf } from '../operating-point.ts';
import { createSignificance, type Significance, type Tails } from '../significance.ts';
import { type ResolvedThreshold, resolveThreshold, type Threshold } from '../thresholds.ts';
import { bestView } from '../views.ts';
import { type ProbeTable, probeTable } from './probe-table.ts';
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
  { images, known, unknown }: SearchData,
  { operatingPoint, margin = defaultMargin, negatives = [] }: AnswerOptions,
): Answers {
  const { labels, vectors, typeOf } = images;
  const { judge } = operatingPoint;
  const significance = judge?.cohort && createSignificance(judge.cohort);
  const tailsOf = keepTails(significance);
  const reject = ({ probes, viewsOf }: ProbeTable) =>
    probeTable(
      Array.from({ length: probes }, (_, probe) => viewsOf(probe)),
      negatives,
    );
  const rejectKnown = negatives.length > 0 ? reject(known) : undefined;
  const rejectUnknown = negatives.length > 0 && unknown ? reject(unknown) : undefined;

  function answersIn(references: References): GalleryAnswers {
    const types = Uint16Array.from(references.keys());
    const gallery = Uint16Array.from(references.values());
    const thresholds = createThresholds(operatingPoint, significance, references.size, (at) =>
      tailsOf(vectors[gallery[at]!]!),
    );
    const best = createBest(labelsToDecide + 1);

    function searchBy(score: (reference: number) => number): Found {
      best.clear();
      for (let at = 0; at < gallery.length; at++) best.offer(at, score(gallery[at]!));
      return best.found();
    }

    /** As the classifier: each view is searched, and the one that chance explains least answers. */
    function decided(
      probes: ProbeTable,
      negative: ProbeTable | undefined,
      probe: number,
      own: number,
    ): Decision {
      const views = probes.viewsOf(probe);
      const searched = views.map((vector, view) => {
        const found = searchBy((image) => probes.ofView(probe, view, image))
          .filter(({ at }) => types[at] !== own)
          .slice(0, labelsToDecide);
        const point = thresholds.of(found, () => tailsOf(vector), views.length);
        const matches = found.map(({ at, score }) => matchOf(labels[types[at]!]!, score));
        return { ...point, matches, found, view };
      });
      const { threshold, found, view } = bestView(searched);
      const first = found[0];
      const accepted = first !== undefined && first.score >= threshold.value;
      // What is accepted is searched on until the rest is the margin behind.
      const all = () =>
        Float64Array.from(gallery, (image, at) =>
          types[at] === own ? -1 : probes.ofView(probe, view, image),
        );
      const matches = (accepted ? untilSeparated(found, margin, all) : found).map(({ at, score }) =>
        matchOf(labels[types[at]!]!, score),
      );
      const rejected = bestScore(negative, probe, negatives.length);
      if (rejected >= 0) {
        matches.push(matchOf(negativeLabel, rejected));
        matches.sort((a, b) => b.score - a.score);
      }
      return decide(matches, threshold, { margin });
    }

    return {
      threshold: thresholds.fixed,
      ofImage: (image) => ({
        mated: decided(known, rejectKnown, image, nobody),
        withoutOwn: () => decided(known, rejectKnown, image, typeOf[image]!),
      }),
      ofUnknown: (search) => decided(unknown!, rejectUnknown, search, nobody),
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
  const byTable = (views = 1) =>
    resolveThreshold(asked, judge?.manifest as Judge['manifest'], Math.max(1, references) * costOf(views));
  const fixed = significance && typeof asked !== 'number' ? null : byTable();
  return {
    /** Null where it depends on the probe. */
    fixed,
    of([first, ...others]: Found, probe: () => Tails, views: number): OperatingPoint {
      // Where a score was asked for, chance only tells which of several views answers.
      if (fixed && (views === 1 || !significance)) return { threshold: byTable(views), evalue: null };
      if (first === undefined || !significance) return { threshold: byTable(views), evalue: null };
      return pointOf(asked, significance, {
        score: first.score,
        others: others.map(({ score }) => score),
        references,
        views,
        probe: probe(),
        reference: tailsOfReference(first.at),
      });
    },
  };
}

const matchOf = (label: string, score: number): Match => ({ id: label, label, score });

/** Of each vector once; called only where there is a significance. */
function keepTails(significance: Significance | undefined) {
  const kept = new WeakMap<Float32Array, Tails>();
  return (vector: Float32Array): Tails => {
    const tails = kept.get(vector) ?? significance!.tailsOf(vector);
    kept.set(vector, tails);
    return tails;
  };
}

/** No type is left out of a search. */
const nobody = -1;

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

/** By whichever view, as in `withNegative`; below 0 without any. */
function bestScore(negatives: ProbeTable | undefined, probe: number, count: number): number {
  let best = -1;
  if (negatives) for (let i = 0; i < count; i++) best = Math.max(best, negatives.between(probe, i));
  return best;
}

/** The middle of the thresholds of some searches; null of none. */
export function typicalThreshold(thresholds: readonly number[]): number | null {
  return [...thresholds].sort((a, b) => a - b)[thresholds.length >> 1] ?? null;
}
