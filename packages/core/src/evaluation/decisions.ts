/** What the classifier would have answered: threshold, margin, backing off and negative references, all at once. */
import { decide, defaultMargin } from '../decide.ts';
import type { Match } from '../gallery.ts';
import { isWithin, labelPath, negativeLabel } from '../labels.ts';
import { compareLabels } from './hierarchy.ts';
import { type CrossTable, crossTable } from './score-table.ts';
import { drawGalleries, type SearchData } from './searches.ts';

export interface DecisionsOptions {
  readonly threshold: number;
  /** As the classifier's. Default `defaultMargin`. */
  readonly margin?: number | undefined;
  /** Vectors of negative references ("none of mine"), in every gallery. Default none. */
  readonly negatives?: readonly Float32Array[] | undefined;
  readonly galleryDraws: number;
  readonly seed: number;
}

/** Searches by their answer, summed over draws of one reference a type. `right` to `unknown` add up to `searches`. */
export interface DecisionCounts {
  readonly threshold: number;
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
  const { images, table, unknown } = data;
  const { threshold, margin = defaultMargin, negatives = [], galleryDraws, seed } = options;
  const { labels, vectors, typeOf } = images;
  const rejecting = negatives.length > 0 ? crossTable(negatives, vectors) : undefined;
  const resolved = { value: threshold, origin: 'given' } as const;
  const counts = { right: 0, ancestor: 0, 'parent-right': 0, wrong: 0, unknown: 0 };
  const depths: { -readonly [Key in keyof DepthCounts]: number }[] = [];
  const nonMated = { searches: 0, accepted: 0 };

  const matchesOf = (references: Uint16Array, score: (image: number) => number, own: number) => {
    const matches: Match[] = [];
    let best = -1;
    for (let type = 0; type < references.length; type++) {
      const value = type === own ? -1 : score(references[type]!);
      // What is further behind than the margin changes no answer.
      if (value < 0 || value < best - margin) continue;
      best = Math.max(best, value);
      matches.push({ id: labels[type]!, label: labels[type]!, score: value });
    }
    return matches;
  };
  const decided = (matches: Match[], negative: number) => {
    if (negative >= 0) matches.push({ id: negativeLabel, label: negativeLabel, score: negative });
    return decide(
      matches.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)),
      resolved,
      { margin },
    ).label;
  };

  for (const drawn of drawGalleries(images, labels.length, galleryDraws, seed)) {
    // Of all types, in their order.
    const references = Uint16Array.from(drawn.values());
    const chosen = new Set(references);
    for (let probe = 0; probe < vectors.length; probe++) {
      if (chosen.has(probe)) continue;
      const score = (image: number) => table.between(probe, image);
      const negative = bestNegative(rejecting, probe);
      const truth = labels[typeOf[probe]!]!;
      const label = decided(matchesOf(references, score, -1), negative);
      counts[judge(truth, label)]++;
      countDepths(depths, truth, label);
      if (unknown) continue;
      nonMated.searches++;
      if (decided(matchesOf(references, score, typeOf[probe]!), negative) !== null) nonMated.accepted++;
    }
    for (let search = 0; search < (unknown?.searches ?? 0); search++) {
      nonMated.searches++;
      const matches = matchesOf(references, (image) => unknown!.between(search, image), -1);
      if (decided(matches, -1) !== null) nonMated.accepted++;
    }
  }
  const { 'parent-right': parentRight, ...others } = counts;
  const searches = parentRight + others.right + others.ancestor + others.wrong + others.unknown;
  return {
    threshold,
    margin,
    searches,
    ...others,
    parentRight,
    depths,
    nonMated: nonMated.searches > 0 ? nonMated : null,
  };
}

function judge(truth: string, label: string | null) {
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

function bestNegative(negatives: CrossTable | undefined, image: number): number {
  let best = -1;
  for (let i = 0; i < (negatives?.searches ?? 0); i++) best = Math.max(best, negatives!.between(i, image));
  return best;
}
