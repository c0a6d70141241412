/** From labelled images of one's own to a threshold for a rate that was asked for, and how far to trust it. */
import { DocclfError, positiveInteger } from '../errors.ts';
import { allowed } from './allowance.ts';
import { countAbove, ratesAtThreshold } from './curves.ts';
import { groupImages, type LabelledVector } from './labelled-images.ts';
import { type Pairs, rankPairs } from './pairs.ts';
import type { ProbeTable, ProbeVectors } from './probe-table.ts';
import { drawWeights, type Interval, intervalOf } from './resampling.ts';
import { drawGalleries, type SearchData, searchData } from './searches.ts';
import { minimumExpectedErrors } from './verification.ts';

/**
 * What may be accepted falsely: a share of pairs of different types, or of unknown documents searched in a
 * gallery of one reference for each of the labels.
 */
export type TargetRate = { readonly fpr: number } | { readonly fpir: number };

export interface CalibrateOptions {
  readonly rate: TargetRate;
  /** Also a threshold for each label: its own comparisons alone, `fpir` divided among the labels. Default false. */
  readonly perLabel?: boolean;
  /** Images of no type, for `fpir`, each by its vector or by those of all views that it is searched by. Without them each image is searched among the other types alone. */
  readonly unknown?: readonly ProbeVectors[];
  /** Draws of one reference a type, for `fpir`. Default 20. */
  readonly galleryDraws?: number;
  /** Samples of types for the intervals. Default 200. */
  readonly draws?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface CalibratedThreshold {
  /** Smallest score of the images that accepts no more than the rate; null without a comparison, or when none does. */
  readonly threshold: number | null;
  /** Central 95 % of the thresholds that resampled types give; null when there is none. */
  readonly interval: Interval | null;
  /** The rate that it was made for: with `fpir` and a label the share of one label. */
  readonly rate: number;
  /** Independent false comparisons that could have been accepted: impostor pairs, or non-mated images. */
  readonly impostors: number;
  /** `rate` times `impostors`. */
  readonly expectedErrors: number;
  /**
   * Whether at least 30 errors are expected: then the true rate is within 30 % of the observed with 90 %
   * confidence (the rule of 30; Doddington, Przybocki, Martin and Reynolds, 2000).
   */
  readonly enough: boolean;
  /** How many impostors would be enough. */
  readonly needed: number;
  /** Share of genuine pairs that reach the threshold; null without a pair or a threshold. */
  readonly tpr: number | null;
}

export interface LabelCalibration extends CalibratedThreshold {
  readonly label: string;
  readonly images: number;
}

export interface Calibration extends CalibratedThreshold {
  readonly images: number;
  readonly types: number;
  /** Empty unless asked for. */
  readonly labels: readonly LabelCalibration[];
}

/**
 * Calibrates on embedded images whose types are known. Two million pairs take some seconds, nothing is awaited.
 *
 * @example
 * const { threshold, enough } = calibrateVectors([{ label: 'acme/claim', vector }, …], { rate: { fpir: 0.01 } });
 * @throws INVALID_ARGUMENT, LABEL_*, VECTOR_*
 */
export function calibrateVectors(
  known: readonly LabelledVector[],
  { rate, perLabel = false, unknown = [], galleryDraws = 20, draws = 200, seed = 0 }: CalibrateOptions,
): Calibration {
  const asked = checkRate(rate);
  const isFpir = 'fpir' in rate;
  positiveInteger('galleryDraws', galleryDraws);
  const images = groupImages(known);
  const data = searchData(images, isFpir ? unknown : []);
  const pairs = rankPairs(images, data.table);
  const types = images.labels.length;
  const weights = [...drawWeights(types, draws, seed)];
  const whole = isFpir ? searches(data, galleryDraws, seed) : impostorsOf(pairs);
  const genuine = pairs.genuine.scores;
  const byLabel = perLabel ? comparisonsByLabel(pairs, data.unknown) : [];
  const genuineOf = perLabel ? genuineByLabel(pairs) : [];
  // None of so many labels may accept it: (1 - share) ^ labels = 1 - fpir.
  const share = isFpir ? -Math.expm1(Math.log1p(-asked) / types) : asked;
  return {
    images: known.length,
    types,
    ...calibrateOne(genuine, whole, asked, weights),
    labels: byLabel.map((comparisons, type) => ({
      label: images.labels[type]!,
      images: images.imagesOf[type]!.length,
      ...calibrateOne(genuineOf[type]!, comparisons, share, weights),
    })),
  };
}

type Scores = ArrayLike<number>;

/** What should not match, the highest score first, with the two types of each; -1 is that of an unknown image. */
interface Comparisons {
  readonly scores: Scores;
  readonly first: Scores;
  readonly second: Scores;
  /** Without the repetitions by draws of references. */
  readonly independent: number;
}

function calibrateOne(
  genuine: Scores,
  impostor: Comparisons,
  rate: number,
  samples: readonly Float64Array[],
): CalibratedThreshold {
  const groups = groupsOf(impostor);
  const thresholdOf = (weights?: Float64Array) => {
    const refused = refusedOf(impostor, groups, rate, weights);
    return refused === undefined ? null : smallestAbove(refused, genuine, impostor.scores);
  };
  const threshold = thresholdOf();
  const reached = threshold === null ? null : ratesAtThreshold(genuine, [], threshold).tpr;
  return {
    threshold,
    interval: threshold === null ? null : intervalOf(samples.map(thresholdOf)),
    rate,
    impostors: impostor.independent,
    expectedErrors: rate * impostor.independent,
    enough: rate * impostor.independent >= minimumExpectedErrors,
    needed: Math.ceil(minimumExpectedErrors / rate),
    tpr: reached,
  };
}

/** The highest score that must be refused so that at most `rate` pass; each weighs the product of its types. */
function refusedOf(
  { scores, first, second }: Comparisons,
  groups: readonly Group[],
  rate: number,
  weights?: Float64Array,
): number | undefined {
  const weightOf = (type: number) => (type < 0 || weights === undefined ? 1 : weights[type]!);
  let whole = 0;
  for (const group of groups) whole += group.count * weightOf(group.first) * weightOf(group.second);
  const limit = allowed(rate, whole);
  let accepted = 0;
  for (let i = 0; i < scores.length; i++) {
    accepted += weightOf(first[i]!) * weightOf(second[i]!);
    if (accepted > limit) return scores[i];
  }
  return undefined;
}

/** Comparisons of the same two types, which weigh alike. */
interface Group {
  readonly first: number;
  readonly second: number;
  readonly count: number;
}

function groupsOf({ first, second, scores }: Comparisons): Group[] {
  const counts = new Map<number, number>();
  // -1 is that of an unknown image; there are fewer types than 2 ** 16.
  for (let i = 0; i < scores.length; i++) {
    const key = (first[i]! + 1) * 2 ** 17 + second[i]! + 1;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({
    first: Math.floor(key / 2 ** 17) - 1,
    second: (key % 2 ** 17) - 1,
    count,
  }));
}

/** The smallest score in either list that is above `limit`. */
function smallestAbove(limit: number, ...lists: readonly Scores[]): number | null {
  const found = lists.flatMap((scores) => scores[countAbove(scores, limit) - 1] ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

function impostorsOf({ images: { typeOf }, impostor }: Pairs): Comparisons {
  return {
    scores: impostor.scores,
    first: impostor.first.map((image) => typeOf[image]!),
    second: impostor.second.map((image) => typeOf[image]!),
    independent: impostor.scores.length,
  };
}

/** Comparisons one by one, put in order. */
function createComparisons() {
  const all: { readonly score: number; readonly first: number; readonly second: number }[] = [];
  return {
    add: (score: number, first: number, second: number) => all.push({ score, first, second }),
    done(repetitions = 1): Comparisons {
      all.sort((a, b) => b.score - a.score);
      return {
        scores: all.map(({ score }) => score),
        first: all.map(({ first }) => first),
        second: all.map(({ second }) => second),
        independent: all.length / repetitions,
      };
    },
  };
}

/** The best score of each non-mated search, in each draw of one reference a type. */
function searches({ images, known, unknown }: SearchData, galleryDraws: number, seed: number): Comparisons {
  const found = createComparisons();
  const { probes, between } = unknown ?? known;
  for (const references of drawGalleries(images, images.labels.length, galleryDraws, seed)) {
    for (let probe = 0; probe < probes; probe++) {
      const own = unknown ? -1 : images.typeOf[probe]!;
      let [best, bestType] = [-1, -1];
      for (const [type, reference] of references) {
        if (type === own) continue;
        const score = between(probe, reference);
        if (score > best) [best, bestType] = [score, type];
      }
      if (bestType >= 0) found.add(best, own, bestType);
    }
  }
  return found.done(galleryDraws);
}

/** What could be taken for each label: every unknown image beside its images, or every image of another label. */
function comparisonsByLabel({ images, impostor }: Pairs, unknown: ProbeTable | undefined): Comparisons[] {
  const { labels, typeOf, imagesOf } = images;
  const lists = labels.map(createComparisons);
  if (unknown) {
    imagesOf.forEach((members, type) => {
      for (const image of members) {
        for (let probe = 0; probe < unknown.probes; probe++) {
          lists[type]!.add(unknown.between(probe, image), -1, type);
        }
      }
    });
  } else {
    impostor.scores.forEach((score, i) => {
      const [a, b] = [typeOf[impostor.first[i]!]!, typeOf[impostor.second[i]!]!];
      lists[a]!.add(score, b, a);
      lists[b]!.add(score, a, b);
    });
  }
  return lists.map((list) => list.done());
}

function genuineByLabel({ images, genuine }: Pairs): number[][] {
  const lists = images.labels.map((): number[] => []);
  genuine.scores.forEach((score, i) => {
    lists[images.typeOf[genuine.first[i]!]!]!.push(score);
  });
  return lists;
}

function checkRate(rate: TargetRate): number {
  const { fpr, fpir }: { fpr?: unknown; fpir?: unknown } = rate ?? {};
  const value = fpr ?? fpir;
  if (typeof value === 'number' && value > 0 && value < 1 && (fpr === undefined || fpir === undefined)) {
    return value;
  }
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'rate',
    expected: '{ fpr } or { fpir } between 0 and 1',
    received: JSON.stringify(rate) ?? 'nothing',
  });
}
