/** After a run, for a person: from which score on answers were given, why some were not, and what to do about these. */
import type { Classification, Corners, ResolvedThreshold } from '@docclf/core';
import { printable } from '../text.ts';

/** Less than this is missing: another picture of the same would likely have been accepted. */
const nearly = 0.03;

export interface Counsel {
  /** An answer that was given or not. */
  add(result: Classification | undefined): void;
  /** Lines; none when nothing was answered. */
  lines(): string[];
}

export function createCounsel(): Counsel {
  const thresholds: ResolvedThreshold[] = [];
  const unknown: Classification[] = [];
  return {
    add(result) {
      if (!result) return;
      thresholds.push(result.threshold);
      if (result.status === 'unknown') unknown.push(result);
    },
    lines: () => (thresholds.length === 0 ? [] : [describeThresholds(thresholds), ...adviceFor(unknown)]),
  };
}

/** `Accepted from a score of 0.71 on (0.69 to 0.74): …`, with what that means. */
export function describeThresholds(thresholds: readonly ResolvedThreshold[]): string {
  const values = thresholds.map(({ value }) => value).sort((a, b) => a - b);
  const [least, middle, most] = [0, Math.floor(values.length / 2), values.length - 1].map((i) =>
    values[i]!.toFixed(2),
  );
  const spread = least === most ? '' : `, by document ${least} to ${most}`;
  return `Accepted from a score of ${middle} on${spread}: ${meaningOf(thresholds[0]!)}.`;
}

function meaningOf({ fpir, fpr }: ResolvedThreshold): string {
  if (fpir !== undefined) return `so that ${share(fpir)} documents of no label here get one (--fpir ${fpir})`;
  if (fpr !== undefined) return `so that ${share(fpr)} pairs of different types reach it (--fpr ${fpr})`;
  return 'as --threshold says';
}

/** `1 of 100`, or a share in percent where that says it better. */
function share(rate: number): string {
  return rate > 0.2
    ? `${Math.round(100 * rate)} % of the`
    : `1 of ${Math.round(1 / rate).toLocaleString('en')}`;
}

/** A line a reason, most frequent first; each document counts for one, that which is most easily helped. */
function adviceFor(unknown: readonly Classification[]): string[] {
  const groups = new Map<string, number>();
  for (const result of unknown) {
    const what = adviceOf(result);
    groups.set(what, (groups.get(what) ?? 0) + 1);
  }
  return [...groups].sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} unknown: ${what}`);
}

function adviceOf(result: Classification): string {
  const { reason, oneOf, score, threshold, advice } = result;
  if (reason === 'empty-gallery') return 'the gallery is empty. Register an example of each type.';
  if (reason === 'negative-reference') return 'they resemble what you registered as none of yours.';
  if (oneOf.length > 0) {
    const labels = oneOf.slice(0, 3).map(printable).join(', ');
    return `references look alike (such as ${labels}). docclf lint names those; put them under one parent, which is the answer then, or register clearer examples.`;
  }
  if (advice.includes('out-of-frame'))
    return 'the document reaches out of the picture. Take it again from farther away.';
  if (advice.includes('too-small')) return 'the document is small in the picture. Take it again from nearer.';
  if (score !== null && threshold.value - score <= nearly) {
    const looser =
      threshold.fpir === undefined ? '' : ` or accept more with --fpir ${Math.min(0.2, threshold.fpir * 5)}`;
    return `at most ${nearly} is missing. If the label in parentheses is right, register one of them too${looser}.`;
  }
  return 'no reference is like them. docclf review asks what they are, docclf explain shows what was compared.';
}

/** `the document fills a third of the picture`; undefined where it is the picture. */
export function fillOf({ corners, image }: Pick<Classification, 'corners' | 'image'>): string | undefined {
  if (!corners) return undefined;
  const filled = areaOf(corners) / (image.width * image.height);
  const [, word] = fractions.find(([least]) => filled >= least) ?? [0, 'less than a tenth'];
  return word && `the document fills ${word} of the picture`;
}

/** From which share on it is called so. More than three quarters is nothing to be told of. */
const fractions: readonly (readonly [number, string | undefined])[] = [
  [0.75, undefined],
  [0.42, 'half'],
  [0.29, 'a third'],
  [0.22, 'a quarter'],
  [0.14, 'a sixth'],
  [0.1, 'a tenth'],
];

/** Shoelace formula. */
function areaOf(corners: Corners): number {
  const twice = corners.reduce((sum, { x, y }, i) => {
    const next = corners[(i + 1) % corners.length]!;
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice) / 2;
}
