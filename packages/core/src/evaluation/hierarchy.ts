/** How wrong is a wrong label? Labels are paths, and a sibling is nearer than a stranger. */
import { isWithin, labelPath } from '../labels.ts';

/** Searches by how far the best label agrees with the true one. */
export interface HierarchyCounts {
  readonly right: number;
  /** Another label under the same parent, the parent itself, or a sub-label of the true one. */
  readonly parentRight: number;
  readonly wrong: number;
  /** By number of leading segments, from 1: searches whose true label has as many, and those that agree in them. */
  readonly depths: readonly { readonly depth: number; readonly searches: number; readonly right: number }[];
}

/** `right` when equal, `parent-right` when child or parent or sibling, compared by segments: `ab` is no kin of `a`. */
export function compareLabels(truth: string, predicted: string): 'right' | 'parent-right' | 'wrong' {
  if (truth === predicted) return 'right';
  if (isWithin(predicted, truth)) return 'parent-right';
  const cut = truth.lastIndexOf('/');
  return cut > 0 && isWithin(predicted, truth.slice(0, cut)) ? 'parent-right' : 'wrong';
}

export function countHierarchy(
  answers: Iterable<{ readonly truth: string; readonly predicted: string; readonly searches: number }>,
): HierarchyCounts {
  const counts = { right: 0, 'parent-right': 0, wrong: 0 };
  const depths: { depth: number; searches: number; right: number }[] = [];
  for (const { truth, predicted, searches } of answers) {
    counts[compareLabels(truth, predicted)] += searches;
    const guess = labelPath(predicted);
    let agrees = true;
    labelPath(truth).forEach((segment, i) => {
      agrees &&= segment === guess[i];
      depths[i] ??= { depth: i + 1, searches: 0, right: 0 };
      depths[i].searches += searches;
      if (agrees) depths[i].right += searches;
    });
  }
  return { right: counts.right, parentRight: counts['parent-right'], wrong: counts.wrong, depths };
}
