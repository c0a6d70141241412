/** From neighbours to an answer. Pure: recorded matches can be replayed without a model or a store. */
import type { Match } from './gallery.ts';
import { likeLabels, type Rivalry, standsOut } from './kin.ts';
import { isWithin, labelPath, negativeLabel } from './labels.ts';
import type { ResolvedThreshold } from './thresholds.ts';

/** A label that could be the answer, with the reference that speaks for it. */
export interface Candidate {
  readonly label: string;
  readonly score: number;
  readonly referenceId: string;
}

/** What is said of every probe. */
export interface DecisionFacts {
  readonly threshold: ResolvedThreshold;
  /** Best score minus the score of the best other label, at least 0; null when there is no other label. */
  readonly margin: number | null;
  /** The best labels with their best reference, best first; before them the sub-label that a state chose, if one did. */
  readonly candidates: readonly Candidate[];
  /** The best negative reference among the matches, whether or not it won. */
  readonly negative: { readonly score: number; readonly referenceId: string } | null;
}

export interface AcceptedDecision extends DecisionFacts {
  readonly status: 'accepted';
  /** The answer. After `backed-off` an ancestor of the best label, which may have no reference. */
  readonly label: string;
  /** Segments of `label`, root first. */
  readonly path: readonly string[];
  /** The best label, when the answer is only its ancestor; else null. */
  readonly backedOffFrom: string | null;
  /** Of the best candidate. */
  readonly score: number;
  /** Best score minus the best score outside `label` and its sub-labels; null when none of the matches lies outside. */
  readonly marginOutside: number | null;
  /** The reference behind `score`. */
  readonly referenceId: string;
  /** `second-look`: the score alone would not have been enough, or spoke for another label; the pixels decided. */
  readonly reason: 'above-threshold' | 'backed-off' | 'second-look';
  readonly oneOf: readonly [];
}

export interface UnknownDecision extends DecisionFacts {
  readonly status: 'unknown';
  readonly label: null;
  readonly path: readonly [];
  readonly backedOffFrom: null;
  /** Of the best candidate, though it was rejected; null when the gallery is empty. */
  readonly score: number | null;
  readonly marginOutside: null;
  /** The reference behind `score`; null when the gallery is empty. */
  readonly referenceId: string | null;
  /** `not-confirmed`: the score would be enough, but the pixels that were compared do not bear it out. */
  readonly reason:
    | 'below-threshold'
    | 'tied-labels'
    | 'look-alikes'
    | 'not-confirmed'
    | 'negative-reference'
    | 'empty-gallery';
  /**
   * After `look-alikes` and `tied-labels`: the labels of which it is probably one, best first, at least two. No stranger,
   * but the gallery's own labels are too alike to tell which. Empty otherwise.
   */
  readonly oneOf: readonly string[];
}

/** The answer to one probe; `status` tells which. */
export type Decision = AcceptedDecision | UnknownDecision;

/** Why a probe was accepted or not. */
export type DecisionReason = Decision['reason'];

export interface DecideOptions {
  /**
   * Two labels whose scores differ by less cannot be told apart. 0 to 1; default `defaultMargin`. With 0 the best
   * label stands however alike the others are.
   */
  readonly margin?: number | undefined;
}

/**
 * Below this difference of scores the better of two look-alike labels is the right one no more often than
 * a coin would be: measured on generations of one form and series of one banknote (bench/RESULTS.md).
 */
export const defaultMargin = 0.01;

/**
 * The deepest label that is certain: accepted when the best score reaches the threshold.
 *
 * When another label comes closer to the best than `margin`, the answer backs off to their deepest common
 * ancestor whose labels as a whole are ahead of all others by the margin (`backed-off`). Where there is
 * none, the best label stands. So it does when the best label does not stand out of its like (`standsOut`): the
 * answer is the ancestor, and without one unknown with the labels that it may be (`look-alikes`). Labels with
 * exactly the same score and no common ancestor make the answer arbitrary, so they are unknown too (`tied-labels`). A negative reference that reaches the threshold and
 * is not behind the best label makes the probe unknown (`negative-reference`); otherwise it counts for nothing.
 *
 * @param allMatches the best match of each label, best first, as `nearestLabels` returns them; `labelsToDecide` and as
 *   many as it takes for the last to be `margin` behind the first, or all
 */
export function decide(
  allMatches: readonly Match[],
  threshold: ResolvedThreshold,
  { margin = defaultMargin }: DecideOptions = {},
): Decision {
  const rejecting = allMatches.find(({ label }) => label === negativeLabel);
  const matches = allMatches.filter(({ label }) => label !== negativeLabel);
  const [best, other] = matches;
  const candidates = matches.map(({ id, label, score }) => ({ label, score, referenceId: id }));
  const unknown = {
    status: 'unknown',
    label: null,
    path: [],
    backedOffFrom: null,
    score: best?.score ?? null,
    threshold,
    margin: best && other ? best.score - other.score : null,
    marginOutside: null,
    referenceId: best?.id ?? null,
    candidates,
    negative: rejecting ? { score: rejecting.score, referenceId: rejecting.id } : null,
    oneOf: [],
  } as const;
  if (rejecting && rejecting.score >= Math.max(threshold.value, best?.score ?? 0)) {
    return { ...unknown, reason: 'negative-reference' };
  }
  if (best === undefined) return { ...unknown, reason: 'empty-gallery' };
  // Asked this way round, a store's NaN is refused, not accepted.
  if (!(best.score >= threshold.value)) return { ...unknown, reason: 'below-threshold' };
  // Where nothing can be told apart by the margin, being ahead at all must do, as between unrelated labels.
  const rivalry = { threshold: threshold.value, margin };
  const answer = deepestSeparated(best, matches, rivalry) ?? deepestSeparated(best, matches, rivalry, 0);
  if (answer === undefined) {
    const tied = other !== undefined && other.score === best.score;
    return { ...unknown, reason: tied ? 'tied-labels' : 'look-alikes', oneOf: likeBest(best, matches) };
  }
  const backedOff = answer.label !== best.label;
  return {
    ...unknown,
    ...answer,
    status: 'accepted',
    path: labelPath(answer.label),
    backedOffFrom: backedOff ? best.label : null,
    score: best.score,
    referenceId: best.id,
    reason: backedOff ? 'backed-off' : 'above-threshold',
  };
}

/** True when a label that much behind the best can be told from it. A tie never can. */
export function isSeparated(gap: number, margin: number): boolean {
  return gap > 0 && gap >= margin;
}

/** The best label, or the deepest of its ancestors, that no label outside of it comes near to. */
function deepestSeparated(
  best: Match,
  matches: readonly Match[],
  { threshold, margin }: Rivalry,
  gap = margin,
): { readonly label: string; readonly marginOutside: number | null } | undefined {
  const path = labelPath(best.label);
  for (let depth = path.length; depth > 0; depth--) {
    const label = path.slice(0, depth).join('/');
    const outside = matches.filter((match) => !isWithin(match.label, label));
    if (outside.length === 0) return { label, marginOutside: null };
    const marginOutside = best.score - outside[0]!.score;
    if (!isSeparated(marginOutside, gap)) continue;
    const others = outside.map(({ score }) => score);
    if (margin === 0 || standsOut(best.score, others, { threshold, margin })) return { label, marginOutside };
  }
  return undefined;
}

/** So many matches decide, one of which may be negative. */
export const labelsToDecide = likeLabels + 2;

/** Labels that are behind the best by more are no candidates for a probe that is one of several. */
const nearLead = 0.05;

/** The labels that it may be, at least one beside the best. */
function likeBest(best: Match, matches: readonly Match[]): string[] {
  return matches
    .filter(({ score }, i) => i < 2 || (i < likeLabels && best.score - score < nearLead))
    .map(({ label }) => label);
}
