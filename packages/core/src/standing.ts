/** What a decision needs to know of a gallery: how many references there are, and the tails of those that were best. */
import { createFamilies, type Families } from './family.ts';
import type { Gallery, LabelCount } from './gallery.ts';
import { branchStateOf, labelAndAncestors } from './labels.ts';
import type { StateModel } from './model-manifest.ts';
import type { Significance, Tails } from './significance.ts';
import { createStateComparison, type StateComparison } from './state-comparison.ts';

/** The gallery as it was when it was asked. */
export interface Standing {
  /** Sorted by label, without negative ones. */
  readonly labels: readonly LabelCount[];
  /** Those that show a state of a branch, see `branchStateOf`: no document's. */
  readonly branchStates: readonly string[];
  /** Of these labels and their sub-labels; of all by default. */
  countOf(within?: readonly string[]): Comparisons;
  /** Where strangers lie around a reference; undefined for one that is not stored yet, or not any more. */
  tailsOf(id: string, significance: Significance): Promise<Tails | undefined>;
  /** Undefined when the model tells no states. */
  readonly families: Families | undefined;
}

/** What a probe is compared with. */
export interface Comparisons {
  readonly labels: number;
  readonly references: number;
}

/** References whose tails are kept, some 300 bytes each. */
const mostKept = 20_000;

/**
 * Asking costs one `revision()` of the store: a gallery answers with the same list of labels until something is
 * written, so what belongs to the list holds for as long as it is the one that is answered.
 */
export function createStandings(gallery: Gallery, model?: StateModel): () => Promise<Standing> {
  let known: Standing | undefined;
  const comparison = model && createStateComparison(model);
  return async () => {
    const labels = await gallery.labels();
    if (known?.labels !== labels) known = standingOf(gallery, labels, model, comparison);
    return known;
  };
}

function standingOf(
  gallery: Gallery,
  labels: readonly LabelCount[],
  model: StateModel | undefined,
  comparison: StateComparison | undefined,
): Standing {
  const all = comparisonsOf(labels);
  /** Read and multiplied once: who is asked for one document is asked for its like. */
  const tailsOfId = new Map<string, Tails>();
  const branchStates = labels.flatMap(({ label }) => (branchStateOf(label) ? [label] : []));
  return {
    labels,
    branchStates,
    families: model && comparison && createFamilies(gallery, { labels, branchStates }, model, comparison),
    countOf(within) {
      if (within === undefined) return all;
      const wanted = new Set(within);
      return comparisonsOf(
        labels.filter(({ label }) => labelAndAncestors(label).some((one) => wanted.has(one))),
      );
    },
    async tailsOf(id, significance) {
      const kept = tailsOfId.get(id);
      if (kept) return kept;
      const reference = await gallery.get(id);
      if (reference === undefined) return undefined;
      const tails = significance.tailsOf(reference.vector);
      if (tailsOfId.size >= mostKept) tailsOfId.clear();
      tailsOfId.set(id, tails);
      return tails;
    },
  };
}

function comparisonsOf(counts: readonly LabelCount[]): Comparisons {
  return { labels: counts.length, references: counts.reduce((sum, { references }) => sum + references, 0) };
}
