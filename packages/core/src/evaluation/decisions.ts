/** What the classifier would have answered: threshold, margin, backing off and negative references, all at once. */
import { type Decision, defaultMargin } from '../decide.ts';
import { isWithin, labelPath } from '../labels.ts';
import { type AnswerOptions, createAnswers, typicalThreshold } from './answers.ts';
import { compareLabels } from './hierarchy.ts';
import { drawGalleries, type SearchData } from './searches.ts';

export interface DecisionsOptions extends AnswerOptions {
  readonly galleryDraws: number;
  readonly seed: number;
}

/** Searches by their answer, summed over draws of one reference a type. `right` to `unknown` add up to `searches`. */
export interface DecisionCounts {
  /**
   * The middle of the thresholds of the searches, those of registered types if there are any; every search has its
   * own when the model has a cohort. Null without a search.
   */
  readonly threshold: number | null;
  readonly margin: number;
  /** Of images whose type is registered. */
  readonly searches: number;
  readonly right: number;
  /** An ancestor of the true label: right as far as it goes. */
  readonly ancestor: number;
  /** The parent is right, the child is wrong: a sibling, or a sub-label of the true one. */
  readonly parentRight: number;
  readonly wrong: number;
  readonly unknown: number;
  /** Those of `unknown` that were no strangers, but too alike to several labels: the answer names these. */
  readonly oneOf: number;
  /** By number of leading segments, from 1: searches whose true label has as many; answers that have them right, that end before, that differ. */
  readonly depths: readonly DepthCounts[];
  /** Of images of no registered type; null when there were none. */
  readonly nonMated: { readonly searches: number; readonly accepted: number } | null;
}

export interface DepthCounts {
  readonly depth: number;
  readonly searches: number;
  readonly right: number;
  readonly open: number;
  readonly wrong: number;
}

export function countDecisions(data: SearchData, options: DecisionsOptions): DecisionCounts {
  const { images, unknown } = data;
  const { margin = defaultMargin, galleryDraws, seed } = options;
  const { labels, vectors, typeOf } = images;
  const answers = createAnswers(data, options);
  const counts = { right: 0, ancestor: 0, 'parent-right': 0, wrong: 0, unknown: 0 };
  const depths: { -readonly [Key in keyof DepthCounts]: number }[] = [];
  const nonMated = { searches: 0, accepted: 0 };
  const thresholds: { mated: number[]; nonMated: number[] } = { mated: [], nonMated: [] };
  let oneOf = 0;
  let threshold: number | null = null;
  const strange = ({ label, threshold: { value } }: Decision) => {
    nonMated.searches++;
    if (label !== null) nonMated.accepted++;
    thresholds.nonMated.push(value);
  };

  for (const references of drawGalleries(images, labels.length, galleryDraws, seed)) {
    const gallery = answers.in(references);
    threshold = gallery.threshold?.value ?? null;
    const chosen = new Set(references.values());
    for (let probe = 0; probe < vectors.length; probe++) {
      if (chosen.has(probe)) continue;
      const { mated, withoutOwn } = gallery.ofImage(probe);
      const truth = labels[typeOf[probe]!]!;
      counts[judgeAnswer(truth, mated.label)]++;
      countDepths(depths, truth, mated.label);
      if (mated.oneOf.length > 0) oneOf++;
      thresholds.mated.push(mated.threshold.value);
      if (!unknown) strange(withoutOwn());
    }
    for (let search = 0; search < (unknown?.probes ?? 0); search++) strange(gallery.ofUnknown(search));
  }
  const { 'parent-right': parentRight, ...others } = counts;
  const searches = parentRight + others.right + others.ancestor + others.wrong + others.unknown;
  return {
    threshold: typicalThreshold(thresholds.mated) ?? typicalThreshold(thresholds.nonMated) ?? threshold,
    margin,
    searches,
    ...others,
    oneOf,
    parentRight,
    depths,
    nonMated: nonMated.searches > 0 ? nonMated : null,
  };
}

/** How an answer, null for unknown, relates to the true label. */
export function judgeAnswer(truth: string, label: string | null) {
  if (label === null) return 'unknown';
  return label !== truth && isWithin(truth, label) ? 'ancestor' : compareLabels(truth, label);
}

function countDepths(
  depths: { -readonly [Key in keyof DepthCounts]: number }[],
  truth: string,
  label: string | null,
): void {
  const answered = label === null ? [] : labelPath(label);
  let agrees = true;
  labelPath(truth).forEach((segment, i) => {
    depths[i] ??= { depth: i + 1, searches: 0, right: 0, open: 0, wrong: 0 };
    agrees &&= answered[i] === undefined || answered[i] === segment;
    depths[i].searches++;
    if (!agrees) depths[i].wrong++;
    else if (answered[i] === undefined) depths[i].open++;
    else depths[i].right++;
  });
}
