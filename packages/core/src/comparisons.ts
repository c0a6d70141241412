/**
 * How many independent comparisons does a probe make with a gallery?
 *
 * The best of all scores decides, so the share of unknown documents that are accepted grows with the
 * gallery; and it grows faster where the registered types are all of one kind, whose strangers resemble
 * them more than the model's table of impostor scores expects.
 */
import type { ModelManifest } from './manifest.ts';
import { fprAtScore } from './thresholds.ts';
import { cosine, scoreOfCosine } from './vector.ts';

/** What the model's table weighs against the gallery's own scores: as much as so many labels beyond the second. */
const priorLabels = 5;

/** What a sample of references says about a gallery; see `measureDensity`. */
export interface GalleryDensity {
  /** Mean squared cosine of two references. */
  readonly overlap: number;
  /** Independent comparisons that one label amounts to, seen from a document of another; 1 when unknown. */
  readonly perLabel: number;
  /** Labels that it was seen from. */
  readonly labels: number;
}

/**
 * Each label's first reference is a stranger to all other labels, so its best score with them is one
 * that a stranger would get (leave one out). Of n independent comparisons at the table's rates the median
 * of the best is the score that one comparison reaches with fpr = 1 - 0.5^(1/n): read backwards, this is n.
 *
 * The median, because up to half of the labels may be siblings of another (two series of one banknote)
 * without moving it. Scores beyond the table's last row are left out: what chance reaches that seldom is kin.
 *
 * @param references without negative ones; several of a label may follow each other or not
 */
export function measureDensity(
  references: readonly { readonly label: string; readonly vector: Float32Array }[],
  manifest: ModelManifest,
): GalleryDensity {
  const kin = manifest.impostorScores.table.at(-1)!.score;
  const firstOf = new Map<string, number>();
  references.forEach(({ label }, i) => {
    if (!firstOf.has(label)) firstOf.set(label, i);
  });
  const nearest = new Float64Array(references.length).fill(-1);
  let squares = 0;
  for (const [i, a] of references.entries()) {
    for (let j = 0; j < i; j++) {
      const b = references[j]!;
      const similarity = cosine(a.vector, b.vector);
      squares += similarity ** 2;
      const score = scoreOfCosine(similarity);
      if (a.label === b.label || score >= kin) continue;
      nearest[i] = Math.max(nearest[i]!, score);
      nearest[j] = Math.max(nearest[j]!, score);
    }
  }
  const seen = [...firstOf.values()].map((i) => nearest[i]!).filter((score) => score >= 0);
  const pairs = (references.length * (references.length - 1)) / 2;
  return {
    overlap: pairs === 0 ? 0 : squares / pairs,
    perLabel: seen.length === 0 ? 1 : comparisonsOfMedian(seen, manifest) / (firstOf.size - 1),
    labels: seen.length,
  };
}

function comparisonsOfMedian(scores: number[], manifest: ModelManifest): number {
  scores.sort((a, b) => a - b);
  const middle = (scores.length - 1) / 2;
  const median = (scores[Math.floor(middle)]! + scores[Math.ceil(middle)]!) / 2;
  return Math.LN2 / -Math.log1p(-fprAtScore(median, manifest));
}

/**
 * The gallery's own density and the model's table, weighed by how many labels spoke: with one or two, a
 * single score, it is the table alone, by which references count as far as they do not overlap; with 50 it is the gallery.
 * bench/RESULTS.md has what it gives, docs/decisions what else was tried.
 *
 * @returns at least 1
 */
export function effectiveComparisons(
  { labels, references }: { readonly labels: number; readonly references: number },
  density: GalleryDensity,
): number {
  // The geometric mean of two bounds: their number, and that over the directions in which they spread.
  const byTable = references / Math.sqrt(1 + Math.max(0, references - 1) * density.overlap);
  const spoke = Math.max(0, density.labels - 2);
  const weight = spoke / (spoke + priorLabels);
  const logarithm = weight * Math.log(density.perLabel * labels) + (1 - weight) * Math.log(byTable);
  return labels === 0 ? 1 : Math.max(1, Math.exp(logarithm));
}
