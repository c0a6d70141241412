/** Documents that look alike, together: as `docclf unknowns` groups them. */
import type { Classification } from '@docclf/core';
import { clusterByScore, medoidOf, mostClustered } from '@docclf/core/unknowns';

/**
 * Groups of places in the list, largest first; in each, first the one that is most like the others: once that one has a
 * label, the others are likely to get it.
 *
 * @param threshold mean score from which on two groups are one
 */
export function groupsOf(results: readonly Classification[], threshold: number): number[][] {
  const seen = [...results.keys()].filter((place) => results[place]!.vector !== undefined);
  const grouped = seen.slice(0, mostClustered);
  const vectors = grouped.map((place) => results[place]!.vector!);
  const groups = clusterByScore(vectors, threshold).map((group) => {
    const medoid = medoidOf(group, vectors);
    return [medoid, ...group.filter((one) => one !== medoid)].map((one) => grouped[one]!);
  });
  // What is too much to be grouped comes at the end, one by one.
  const taken = new Set(grouped);
  return [...groups, ...[...results.keys()].filter((place) => !taken.has(place)).map((place) => [place])];
}
