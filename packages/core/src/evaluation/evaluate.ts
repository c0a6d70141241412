/** All figures of one set of labelled images, as plain data. */
import { anything, checkOptions, type OptionTable } from '../options.ts';
import type { AskedOperatingPoint } from './answers.ts';
import { type RatesAtThreshold, ratesAtThreshold } from './curves.ts';
import { countDecisions, type DecisionCounts } from './decisions.ts';
import { type GallerySizeRates, gallerySizesUpTo, sweepGallerySizes } from './gallery-size.ts';
import { countHierarchy, type HierarchyCounts } from './hierarchy.ts';
import { scoreHistogram } from './histogram.ts';
import { type Identification, identify } from './identification.ts';
import { groupImages, type LabelledImages, type LabelledVector } from './labelled-images.ts';
import { type Pairs, pairsAmong, rankPairs } from './pairs.ts';
import type { ProbeVectors } from './probe-table.ts';
import { type MicroMacro, shareWithInterval } from './resampling.ts';
import { searchData } from './searches.ts';
import { type RateAtFpr, type Verification, verify } from './verification.ts';
import { type ScoredPair, worstGenuine, worstImpostors } from './worst-pairs.ts';

export interface EvaluationOptions {
  /** Images of no type, each by its vector or by those of all views that it is searched by. Without them each probe is also searched with its own type left out. */
  readonly unknown?: readonly ProbeVectors[];
  /** Default 0.01, 0.001 and 0.0001. */
  readonly fprs?: readonly number[];
  /** Default 0.01 and 0.1. */
  readonly fpirs?: readonly number[];
  /** Default 1 and 5. */
  readonly ranks?: readonly number[];
  /** For the answers that the classifier would give: without it there are none. */
  readonly operatingPoint?: AskedOperatingPoint;
  /** Of the answers, as the classifier's. Default 0.01. */
  readonly margin?: number;
  /** Negative references of the answers ("none of mine"). Default none. */
  readonly negatives?: readonly Float32Array[];
  /** Samples of types for the intervals. Default 400; fewer beyond 1,500 images, but at least 100. */
  readonly draws?: number;
  /** Draws of one reference a type. Default 20. */
  readonly galleryDraws?: number;
  /** Of everything that is drawn. Default 0. */
  readonly seed?: number;
  /** Bins of the histograms over [0, 1]. Default 100. */
  readonly bins?: number;
  /** Worst pairs of each kind to name. Default 12. */
  readonly worst?: number;
}

const evaluationOptions: OptionTable<EvaluationOptions> = {
  unknown: anything,
  fprs: anything,
  fpirs: anything,
  ranks: anything,
  operatingPoint: anything,
  margin: anything,
  negatives: anything,
  draws: anything,
  galleryDraws: anything,
  seed: anything,
  bins: anything,
  worst: anything,
};

/** The images under one first segment of the label. */
export interface SourceEvaluation {
  readonly source: string;
  readonly types: number;
  readonly images: number;
  /** Over the pairs within the source. */
  readonly verification: Verification;
  /** In the gallery of all types. */
  readonly rank1: MicroMacro;
}

export interface Evaluation {
  readonly images: number;
  readonly types: number;
  /** Types of one image: they have no genuine pair and no search, and are impostors to the others. */
  readonly singleImageTypes: number;
  readonly unknown: number;
  readonly draws: number;
  readonly seed: number;
  readonly verification: Verification;
  /** Rates between those asked for, to draw a curve from; `fpr` rises in equal steps of its logarithm. */
  readonly curve: readonly RateAtFpr[];
  readonly identification: Identification;
  /** What the non-mated searches were. */
  readonly nonMated: 'unknown images' | 'probes without their own type';
  readonly hierarchy: HierarchyCounts;
  /** Over pairs, at the threshold of a gallery of all types: where each search has its own, that in the middle. */
  readonly atThreshold: (RatesAtThreshold & { readonly threshold: number }) | null;
  /** What the classifier would answer in a gallery of all types; null without an operating point. */
  readonly decisions: DecisionCounts | null;
  /** What it would answer, by rising number of types; empty without an operating point. */
  readonly gallerySizes: readonly GallerySizeRates[];
  readonly histogram: { readonly genuine: readonly number[]; readonly impostor: readonly number[] };
  /** Indices are those of the vectors given. */
  readonly worst: { readonly genuine: readonly ScoredPair[]; readonly impostor: readonly ScoredPair[] };
  /** Of the sources with most images at most 40, by name; empty unless labels are paths. */
  readonly sources: readonly SourceEvaluation[];
}

/**
 * Evaluates embedded images whose types are known. 2,000 of them take some seconds; images are never
 * looked at, and nothing is awaited, so call it where a pause does no harm.
 *
 * A figure that the data cannot give, such as a false-positive rate without impostors, is null.
 *
 * @example
 * const { verification } = evaluateVectors([{ label: 'acme/claim', vector }, …]);
 * @throws INVALID_ARGUMENT, LABEL_*, THRESHOLD_UNAVAILABLE, VECTOR_*
 */
export function evaluateVectors(known: readonly LabelledVector[], given?: EvaluationOptions): Evaluation {
  const options = checkOptions('evaluateVectors', given, evaluationOptions);
  const { fprs = [1e-2, 1e-3, 1e-4], fpirs = [0.01, 0.1], ranks = [1, 5], operatingPoint } = options;
  const { draws = drawsFor(known.length), galleryDraws = 20, seed = 0, bins = 100, worst = 12 } = options;
  const resampling = { draws, seed };
  const images = groupImages(known);
  const data = searchData(images, options.unknown);
  const { table, unknown } = data;
  const pairs = rankPairs(images, table);
  const { rates, ...verification } = verify(
    pairs,
    [...fprs, ...curveRates(pairs.impostor.scores.length)],
    resampling,
  );
  const identification = identify(data, { ...resampling, galleryDraws, fpirs, ranks });
  const answering = operatingPoint && {
    operatingPoint,
    margin: options.margin,
    negatives: options.negatives,
    galleryDraws,
    seed,
  };
  const decisions = answering ? countDecisions(data, answering) : null;
  const threshold = decisions?.threshold ?? null;
  const scores = [pairs.genuine.scores, pairs.impostor.scores] as const;
  return {
    images: known.length,
    types: images.labels.length,
    singleImageTypes: images.imagesOf.filter(({ length }) => length === 1).length,
    unknown: options.unknown?.length ?? 0,
    draws,
    seed,
    verification: { ...verification, rates: rates.slice(0, fprs.length) },
    curve: rates.slice(fprs.length),
    identification,
    nonMated: unknown ? 'unknown images' : 'probes without their own type',
    hierarchy: countHierarchy(answersOf(images, identification)),
    atThreshold: threshold === null ? null : { threshold, ...ratesAtThreshold(...scores, threshold) },
    decisions,
    gallerySizes: answering
      ? sweepGallerySizes(data, { ...answering, sizes: gallerySizesUpTo(images.labels.length) })
      : [],
    histogram: { genuine: scoreHistogram(scores[0], bins), impostor: scoreHistogram(scores[1], bins) },
    worst: { genuine: worstGenuine(pairs, worst), impostor: worstImpostors(pairs, worst) },
    sources: evaluateSources(pairs, identification, fprs, resampling),
  };
}

/** Each draw goes through all pairs: 400 would take minutes for 10,000 images, and 100 still give an interval. */
function drawsFor(images: number): number {
  return Math.max(100, Math.round(400 * Math.min(1, (1500 / images) ** 2)));
}

/** Six a decade, from one impostor pair to all. */
function curveRates(impostors: number): number[] {
  const steps = impostors === 0 ? 0 : Math.ceil(6 * Math.log10(impostors));
  return Array.from({ length: steps + 1 }, (_, i) => 10 ** ((i - steps) / 6));
}

function* answersOf({ labels }: LabelledImages, { confusions, rank1ByType }: Identification) {
  yield* confusions;
  for (const [type, truth] of labels.entries()) {
    yield { truth, predicted: truth, searches: rank1ByType.hits[type]! };
  }
}

const maximumSources = 40;

function evaluateSources(
  pairs: Pairs,
  { rank1ByType }: Identification,
  fprs: readonly number[],
  resampling: { readonly draws: number; readonly seed: number },
): SourceEvaluation[] {
  const { labels, typeOf, imagesOf } = pairs.images;
  const sourceOf = labels.map((label) => label.slice(0, label.indexOf('/')));
  const sizes = new Map<string, number>();
  sourceOf.forEach((source, type) => {
    if (labels[type]!.includes('/')) sizes.set(source, (sizes.get(source) ?? 0) + imagesOf[type]!.length);
  });
  const largest = [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, maximumSources);
  return largest
    .map(([source]) => source)
    .sort()
    .map((source) => {
      const isIn = (type: number) => sourceOf[type] === source && labels[type]!.includes('/');
      const only = (counts: ArrayLike<number>) =>
        Array.from(counts, (count, type) => (isIn(type) ? count : 0));
      const counts = { hits: only(rank1ByType.hits), cases: only(rank1ByType.cases) };
      return {
        source,
        types: labels.filter((_, type) => isIn(type)).length,
        images: sizes.get(source)!,
        verification: verify(
          pairsAmong(pairs, (image) => isIn(typeOf[image]!)),
          fprs,
          resampling,
        ),
        rank1: shareWithInterval(counts, resampling.draws, resampling.seed),
      };
    });
}
