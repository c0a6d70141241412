/** Groups of vectors that resemble each other: agglomerative clustering with average linkage. */
import { cosine, scoreOfCosine } from '../vector.ts';

/**
 * Joins the two groups of largest mean score between their members, again and again, while that is at least
 * `threshold`. By nearest-neighbour chains, which find the same joins in n² steps since joining never brings
 * a group closer to a third (Murtagh, A survey of recent advances in hierarchical clustering algorithms, The
 * Computer Journal 26, 1983; Müllner, Modern hierarchical, agglomerative clustering algorithms, 2011).
 *
 * @param vectors unit vectors of one dimension; takes 8 n² bytes
 * @returns groups of indices, each ascending; largest first, then by first index
 */
export function clusterByScore(vectors: readonly Float32Array[], threshold: number): number[][] {
  const count = vectors.length;
  const scores = scoresOf(vectors);
  const groups: number[][] = vectors.map((_, i) => [i]);
  const active = new Set(groups.keys());
  const finished: number[][] = [];
  let chain: number[] = [];

  /** The active group closest to `group`, the first of equals, but `preferred` if that is as close. */
  function nearestTo(group: number, preferred: number | undefined): number | undefined {
    let best = preferred;
    for (const other of active) {
      if (other !== group && (best === undefined || scores[group]![other]! > scores[group]![best]!))
        best = other;
    }
    return best;
  }

  while (active.size > 0) {
    if (chain.length === 0) chain.push(active.values().next().value!);
    const last = chain[chain.length - 1]!;
    const before = chain[chain.length - 2];
    const next = nearestTo(last, before);
    if (next === undefined || scores[last]![next]! < threshold) {
      // Nothing will ever come closer to it than what is near it now. It is all of the chain: whoever led to
      // it is closer than that.
      active.delete(last);
      finished.push(groups[last]!);
      chain = [];
    } else if (next === before) {
      join(before, last);
      chain = chain.slice(0, -2);
    } else {
      chain.push(next);
    }
  }

  function join(into: number, from: number): void {
    const [a, b] = [groups[into]!.length, groups[from]!.length];
    for (let other = 0; other < count; other++) {
      const mean = (a * scores[into]![other]! + b * scores[from]![other]!) / (a + b);
      scores[into]![other] = mean;
      scores[other]![into] = mean;
    }
    groups[into] = [...groups[into]!, ...groups[from]!];
    active.delete(from);
  }

  return finished
    .map((group) => group.sort((x, y) => x - y))
    .sort((x, y) => y.length - x.length || x[0]! - y[0]!);
}

/** Each pair once, in plain loops: for 4,096 vectors of 512 numbers these are four thousand million products. */
function scoresOf(vectors: readonly Float32Array[]): Float64Array[] {
  const scores = vectors.map(() => new Float64Array(vectors.length));
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j++) {
      const score = scoreOfCosine(cosine(vectors[i]!, vectors[j]!));
      scores[i]![j] = score;
      scores[j]![i] = score;
    }
  }
  return scores;
}

/** The member of largest mean score to the others, the first of equals. */
export function medoidOf(group: readonly number[], vectors: readonly Float32Array[]): number {
  const sumOf = (member: number) =>
    group.reduce(
      (sum, other) => (other === member ? sum : sum + cosine(vectors[member]!, vectors[other]!)),
      0,
    );
  const sums = group.map(sumOf);
  return group[sums.indexOf(Math.max(...sums))]!;
}
