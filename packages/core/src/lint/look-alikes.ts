/** Labels that are confusable one with the next: twenty of them are one finding and not 190. */
import { negativeLabel } from '../labels.ts';
import type { GalleryWarning } from './gallery.ts';

const fewest = 3;

/** Groups of at least three labels, the largest first, instead of their confusable pairs; then what is left. */
export function groupLookAlikes(warnings: readonly GalleryWarning[]): GalleryWarning[] {
  const groupOf = new Map<string, Set<string>>();
  for (const [a, b] of warnings.flatMap(confusablePair)) {
    const group = new Set([a, b, ...(groupOf.get(a) ?? []), ...(groupOf.get(b) ?? [])]);
    for (const label of group) groupOf.set(label, group);
  }
  const groups = [...new Set(groupOf.values())].filter(({ size }) => size >= fewest);
  const told = new Set(groups.flatMap((group) => [...group]));
  return [
    ...groups
      .map((group) => [...group].sort())
      .sort((a, b) => b.length - a.length || (a[0]! < b[0]! ? -1 : 1))
      .map((labels) => ({ reference: null, warning: { code: 'look-alike-labels', labels } as const })),
    // Both labels of a pair are in one group or in none.
    ...warnings.filter((warning) => !confusablePair(warning).some(([label]) => told.has(label))),
  ];
}

/** What is close to a negative reference is no group: that is unknown, not another label. */
function confusablePair({ reference, warning }: GalleryWarning): [string, string][] {
  if (warning.code !== 'confusable-labels' || reference === null) return [];
  const pair: [string, string] = [reference.label, warning.other.label];
  return pair.includes(negativeLabel) ? [] : [pair];
}
