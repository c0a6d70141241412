/** Which references does a decision need to see? */
import { isSeparated } from './decide.ts';
import { DocclfError } from './errors.ts';
import type { Gallery, LabelCount, Match } from './gallery.ts';
import { branchStateOf, labelAndAncestors, negativeLabel } from './labels.ts';
import type { Signal } from './platform.ts';
import type { Standing } from './standing.ts';

/** The best reference of each of the `count` best labels among those expected, and of the negative ones. */
export async function nearestExpected(
  gallery: Gallery,
  asking: Promise<Pick<Standing, 'labels' | 'branchStates'>>,
  vector: Float32Array,
  count: number,
  expected: readonly string[] | undefined,
  signal: Signal | undefined,
): Promise<readonly Match[]> {
  const { labels, branchStates } = await asking;
  if (expected !== undefined) assertRegistered(labels, expected);
  const within = expected && [...expected, negativeLabel];
  // What shows a state of many documents names none of them.
  const matches = await gallery.nearestLabels(vector, count + branchStates.length, { within, signal });
  return branchStates.length === 0
    ? matches
    : matches.filter(({ label }) => !branchStateOf(label)).slice(0, count);
}

/** As in `verify`: a slip of the pen would otherwise make everything unknown. */
function assertRegistered(counts: readonly LabelCount[], expected: readonly string[]): void {
  const registered = new Set(counts.flatMap(({ label }) => labelAndAncestors(label)));
  const missing = expected.find((label) => !registered.has(label));
  if (missing !== undefined) throw new DocclfError('LABEL_NOT_FOUND', { label: missing });
}

/**
 * `first` or as many more labels as it takes for the last to be told from the best: whether a whole subtree is ahead
 * shows only when its first rival is among the matches, or would have to come behind the last. The first are nearly
 * always enough; a gallery of many states of one type needs a second search.
 *
 * @param first what `search(count)` found
 */
export async function untilSeparated(
  search: (count: number) => Promise<readonly Match[]>,
  first: readonly Match[],
  count: number,
  margin: number,
): Promise<readonly Match[]> {
  let matches = first;
  for (let asked = count; ; asked *= 4) {
    if (asked > count) matches = await search(asked);
    const best = matches.find(({ label }) => label !== negativeLabel)?.score ?? 0;
    const gap = best - (matches[asked - 1]?.score ?? 0);
    if (matches[0]?.label === negativeLabel || matches.length < asked || isSeparated(gap, margin))
      return matches;
  }
}
