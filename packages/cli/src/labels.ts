/** Labels that somebody typed, held beside those that there are. */
import { DocclfError, isWithin, type LabelCount } from '@docclf/core';

/**
 * Asked once, before anything is done.
 *
 * @throws INVALID_ARGUMENT for a label under which there is nothing, with the one that was probably meant
 */
export function assertLabels(
  wanted: readonly string[],
  counts: readonly LabelCount[],
  argument: string,
): void {
  for (const label of wanted) {
    if (counts.some((one) => isWithin(one.label, label))) continue;
    const near = nearest(label, counts);
    const hint = near === undefined ? '`docclf labels` lists them' : `did you mean ${near}?`;
    const expected = `a label that has references (${hint})`;
    throw new DocclfError('INVALID_ARGUMENT', { argument, expected, received: JSON.stringify(label) });
  }
}

/** A slip or two; with more of them it is another word. */
const mostChanges = 4;

/** Of all labels and what they lie in, the one that takes the fewest changes, if they are few. */
function nearest(label: string, counts: readonly LabelCount[]): string | undefined {
  const paths = new Set(
    counts.flatMap((one) => one.label.split('/').map((_, i, path) => path.slice(0, i + 1).join('/'))),
  );
  let best: { readonly path: string; readonly changes: number } | undefined;
  for (const path of paths) {
    // Also where only the last part was given: `claim-form` of `insurance/claim-form`.
    const changes = Math.min(
      distance(label, path),
      path.endsWith(`/${label}`) ? 1 : Number.POSITIVE_INFINITY,
    );
    if (changes <= Math.max(1, Math.min(mostChanges, path.length / 3)) && (!best || changes < best.changes))
      best = { path, changes };
  }
  return best?.path;
}

/** Insertions, deletions, replacements and swaps of neighbours, letter case apart (optimal string alignment). */
function distance(from: string, to: string): number {
  const [a, b] = [[...from.toLowerCase()], [...to.toLowerCase()]];
  let before: number[] = [];
  let last = b.map((_, j) => j).concat(b.length);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
