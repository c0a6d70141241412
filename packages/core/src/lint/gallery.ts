/** Looks at a whole gallery: what `lintRegistration` says of one reference, said once of each pair. */

import type { Gallery, Match, Reference, WithSignal } from '../gallery.ts';
import { branchStateOf, isWithin, negativeLabel } from '../labels.ts';
import { qualityKey } from '../metadata.ts';
import { nearDuplicateScore } from './limits.ts';
import { groupLookAlikes } from './look-alikes.ts';
import { createNameLint } from './names.ts';
import { isQuality, lintQuality } from './quality.ts';
import type { Registrand } from './registration.ts';
import type { LintWarning } from './warnings.ts';

export interface GalleryWarning {
  /** What the warning is about; null for labels that look alike or have similar names. */
  readonly reference: { readonly id: string; readonly label: string } | null;
  readonly warning: LintWarning;
}

export interface GalleryLint {
  readonly references: number;
  /** References registered without a quality: nothing can be said about their pictures any more. */
  readonly withoutQuality: number;
  readonly warnings: readonly GalleryWarning[];
}

export interface LintOptions extends WithSignal {
  /** What the gallery is used with: the threshold for a probe of this vector, if the match reaches it; else undefined. */
  readonly reached: Registrand['reached'];
}

/** Neighbours looked at, of a reference within its label and of labels. */
const neighbours = 8;

/**
 * Warnings of the quality kept at registration, duplicates, confusable labels (each pair once, by its two
 * closest references; three or more that hang together as one group) and similar names. Two searches a reference.
 *
 * @throws what the gallery throws
 */
export async function lintGallery(gallery: Gallery, options: LintOptions): Promise<GalleryLint> {
  const { signal } = options;
  const warnings: GalleryWarning[] = [];
  const rivals = new Map<string, GalleryWarning>();
  let references = 0;
  let withoutQuality = 0;
  for await (const reference of gallery.references({ signal })) {
    references++;
    const { id, label, metadata, vector } = reference;
    const about = (warning: LintWarning) => warnings.push({ reference: { id, label }, warning });
    const quality = metadata[qualityKey];
    if (isQuality(quality)) for (const warning of lintQuality(quality)) about(warning);
    else withoutQuality++;
    const own = await gallery.nearest(vector, neighbours, { within: label, signal });
    for (const other of own) {
      // Each pair is told where its later id is met.
      if (other.id < id && other.score >= nearDuplicateScore)
        about(await duplicate(gallery, reference, other));
    }
    // A state of a branch is shown on some document: it is meant to resemble that one.
    const labels = branchStateOf(label) ? [] : await gallery.nearestLabels(vector, neighbours, { signal });
    for (const other of labels) {
      if (branchStateOf(other.label)) continue;
      if (isWithin(other.label, label) || isWithin(label, other.label)) continue;
      const warning = await rivalry(other, (match) => options.reached(vector, match));
      if (warning === undefined) break;
      const pair = JSON.stringify([label, other.label].sort());
      const known = rivals.get(pair)?.warning;
      if (known && 'score' in known && known.score >= other.score) continue;
      rivals.set(pair, { reference: { id, label }, warning });
    }
  }
  const grouped = groupLookAlikes([...rivals.values()].sort((a, b) => scoreOf(b) - scoreOf(a)));
  return { references, withoutQuality, warnings: [...warnings, ...grouped, ...(await names(gallery))] };
}

async function duplicate(
  gallery: Gallery,
  reference: Reference,
  { id, label, score }: Match,
): Promise<LintWarning> {
  const { sourceHash } = reference;
  const same = sourceHash !== null && (await gallery.get(id))?.sourceHash === sourceHash;
  const other = { id, label };
  return same ? { code: 'exact-duplicate', other } : { code: 'near-duplicate', other, score };
}

async function rivalry(
  match: Match,
  reached: (match: Match) => Promise<number | undefined>,
): Promise<LintWarning | undefined> {
  const { id, label, score } = match;
  const other = { id, label };
  if (score >= nearDuplicateScore) return { code: 'same-image-two-labels', other, score };
  const threshold = await reached(match);
  return threshold === undefined ? undefined : { code: 'confusable-labels', other, score, threshold };
}

function scoreOf({ warning }: GalleryWarning): number {
  return 'score' in warning ? warning.score : 0;
}

async function names(gallery: Gallery): Promise<GalleryWarning[]> {
  const similar = createNameLint();
  const found: GalleryWarning[] = [];
  const told = new Set<string>();
  for (const { label } of await gallery.labels()) {
    if (label === negativeLabel) continue;
    const names = similar(label);
    if (!names || told.has(names.label)) continue;
    told.add(names.label);
    found.push({ reference: null, warning: { code: 'similar-label-names', ...names } });
  }
  return found;
}
