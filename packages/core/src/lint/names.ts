/** Labels that differ by letter case or character width only: one type in two spellings. */
import { labelPath } from '../labels.ts';

/**
 * The label as far as it matters to a reader: compatibility forms (full-width letters, ligatures) and letter
 * case are one. Case is folded by way of upper case, since `ß` and `SS` meet there only (Unicode 15,
 * section 3.13, D145 and following).
 */
export function foldLabel(label: string): string {
  return label.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

export interface SimilarLabels {
  readonly label: string;
  readonly otherLabel: string;
}

/** Finds, label by label, the first one before it that is nearly the same; ancestors count as labels. */
export function createNameLint(): (label: string) => SimilarLabels | undefined {
  const known = new Map<string, string>();
  return (label) => {
    const path = labelPath(label);
    for (let depth = 1; depth <= path.length; depth++) {
      const ancestor = path.slice(0, depth).join('/');
      const folded = foldLabel(ancestor);
      const other = known.get(folded);
      // What lies under two spellings of one ancestor is told with the ancestor.
      if (other !== undefined && other !== ancestor) return { label: ancestor, otherLabel: other };
      known.set(folded, ancestor);
    }
    return undefined;
  };
}
