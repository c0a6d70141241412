/** The pairs to look at first: a mistake in the labels shows here, and so does what a model cannot tell apart. */
import type { Pairs, RankedPairs } from './pairs.ts';

export interface ScoredPair {
  readonly score: number;
  /** Indices of the images. */
  readonly first: number;
  readonly second: number;
}

/** The genuine pairs that score lowest, one of each type: else one bad image fills the list. */
export function worstGenuine({ images, genuine }: Pairs, count: number): ScoredPair[] {
  const last = genuine.scores.length - 1;
  return distinct(
    genuine,
    count,
    (i) => last - i,
    (first) => images.typeOf[first]!,
  );
}

/** The impostor pairs that score highest, one of each pair of types. */
export function worstImpostors({ images, impostor }: Pairs, count: number): ScoredPair[] {
  const { typeOf, labels } = images;
  const key = (first: number, second: number) => {
    const [a, b] = [typeOf[first]!, typeOf[second]!];
    return Math.min(a, b) * labels.length + Math.max(a, b);
  };
  return distinct(impostor, count, (i) => i, key);
}

function distinct(
  { scores, first, second }: RankedPairs,
  count: number,
  placeOf: (i: number) => number,
  keyOf: (first: number, second: number) => number,
): ScoredPair[] {
  const found = new Map<number, ScoredPair>();
  for (let i = 0; i < scores.length && found.size < count; i++) {
    const at = placeOf(i);
    const pair = { score: scores[at]!, first: first[at]!, second: second[at]! };
    const key = keyOf(pair.first, pair.second);
    if (!found.has(key)) found.set(key, pair);
  }
  return [...found.values()];
}
