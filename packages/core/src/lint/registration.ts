/** Looks at one reference before it is stored: is it sharp, new, upright, and far enough from other labels? */
import type { ImageQuality } from '../embedder.ts';
import type { Gallery, Match, NewReference, WithSignal } from '../gallery.ts';
import { branchStateOf, isWithin, negativeLabel } from '../labels.ts';
import { cosine, scoreOfCosine } from '../vector.ts';
import type { View } from '../views.ts';
import { nearDuplicateScore, rotatedGain } from './limits.ts';
import { createNameLint } from './names.ts';
import { lintQuality } from './quality.ts';
import type { LintWarning } from './warnings.ts';

/** What is about to be registered, and what it is compared with. */
export interface Registrand extends WithSignal {
  readonly reference: NewReference;
  readonly quality: ImageQuality | undefined;
  /** Its views after one, two and three quarter turns, when the classifier has `rotations`; else none. */
  readonly turned: readonly View[];
  /** References of the same batch before it, which the gallery does not have yet. */
  readonly earlier: readonly NewReference[];
  readonly gallery: Gallery;
  /** The classifier's threshold for a probe of this vector, if the match reaches it; else undefined. */
  readonly reached: (vector: Float32Array, match: Match) => Promise<number | undefined>;
}

/** Returns what is to be told of a reference, which is registered all the same. */
export type RegistrationLint = (registrand: Registrand) => Promise<readonly LintWarning[]>;

/** Labels looked at for a rival: sub-labels of the same type may be ahead of it. */
const rivalsLookedAt = 8;

/**
 * The lint of `register`: two searches a reference, and one `labels()` for the first of a label.
 *
 * Labels of which one contains the other (`id` and `id/front`) are no rivals: an answer backs off to the shorter.
 *
 * @throws what the gallery throws
 */
export const lintRegistration: RegistrationLint = async (registrand) => {
  const { reference, quality } = registrand;
  const own = await nearestOwn(registrand, reference.vector);
  return [
    ...(quality ? lintQuality(quality) : []),
    ...(await lintDuplicate(registrand, own)),
    ...(await lintTurns(registrand, own)),
    ...(await lintRival(registrand)),
    ...(own ? [] : await lintName(registrand)),
  ];
};

async function lintDuplicate({ reference, gallery, earlier }: Registrand, own: Match | undefined) {
  if (!own || own.score < nearDuplicateScore) return [];
  const { id, label, score } = own;
  const other = { id, label };
  const stored = (await gallery.get(id)) ?? earlier.find((one) => idOf(one) === id);
  const sameBytes = reference.sourceHash != null && stored?.sourceHash === reference.sourceHash;
  const warning: LintWarning = sameBytes
    ? { code: 'exact-duplicate', other }
    : { code: 'near-duplicate', other, score };
  return [warning];
}

async function lintTurns(registrand: Registrand, own: Match | undefined): Promise<readonly LintWarning[]> {
  const { turned, reached } = registrand;
  if (!own) return [];
  let best: LintWarning[] = [];
  let needed = own.score + rotatedGain;
  for (const { vector, angle } of turned) {
    if (angle === 0) continue;
    const match = await nearestOwn(registrand, vector);
    if (!match || match.score < needed || (await reached(vector, match)) === undefined) continue;
    const { id, label, score } = match;
    best = [{ code: 'rotated', other: { id, label }, angle, score, scoreAsItStands: own.score }];
    needed = score;
  }
  return best;
}

async function lintRival(registrand: Registrand): Promise<readonly LintWarning[]> {
  const { reference, gallery, earlier, reached, signal } = registrand;
  const { label, vector } = reference;
  // A state of a branch is shown on some document: it is meant to resemble that one.
  if (branchStateOf(label)) return [];
  const stored = await gallery.nearestLabels(vector, rivalsLookedAt, { signal });
  const rival = bestOf(
    [...stored, ...compare(vector, earlier)].filter(
      (match) =>
        !isWithin(match.label, label) && !isWithin(label, match.label) && !branchStateOf(match.label),
    ),
  );
  if (!rival) return [];
  const { id, label: otherLabel, score } = rival;
  const other = { id, label: otherLabel };
  if (score >= nearDuplicateScore) return [{ code: 'same-image-two-labels', other, score }];
  const threshold = await reached(vector, rival);
  return threshold === undefined ? [] : [{ code: 'confusable-labels', other, score, threshold }];
}

async function lintName({ reference, gallery, earlier }: Registrand): Promise<readonly LintWarning[]> {
  const { label } = reference;
  const similar = createNameLint();
  const known = [...(await gallery.labels()), ...earlier].map((one) => one.label);
  if (label === negativeLabel) return [];
  for (const one of known) if (one !== negativeLabel) similar(one);
  const found = similar(label);
  return found ? [{ code: 'similar-label-names', ...found }] : [];
}

/** The nearest reference of the label and its sub-labels. */
async function nearestOwn(
  { reference, gallery, earlier, signal }: Registrand,
  vector: Float32Array,
): Promise<Match | undefined> {
  const { label } = reference;
  const stored = await gallery.nearest(vector, 1, { within: label, signal });
  const inBatch = earlier.filter((one) => isWithin(one.label, label));
  return bestOf([...stored, ...compare(vector, inBatch)]);
}

function compare(vector: Float32Array, references: readonly NewReference[]): Match[] {
  return references.map((reference) => ({
    id: idOf(reference),
    label: reference.label,
    score: scoreOfCosine(cosine(vector, reference.vector)),
  }));
}

/** A reference of the same batch has its id only once it is stored; until then its hash names it. */
function idOf({ id, sourceHash }: NewReference): string {
  return id ?? sourceHash ?? '';
}

function bestOf(matches: readonly Match[]): Match | undefined {
  return matches.reduce<Match | undefined>(
    (best, match) => (best && best.score >= match.score ? best : match),
    undefined,
  );
}
