/**
 * What a reference may be, for both directions: what a user registers is refused by the same rules as what a file or a
 * database says it holds.
 */
import {
  assertUnitVector,
  DocclfError,
  type JsonObject,
  type NewReference,
  type Reference,
} from '@docclf/core';
import {
  anything,
  checkOptions,
  describe,
  type OptionTable,
  parseStoredLabel,
} from '@docclf/core/implementer';
import { whyNotJsonObject } from './json.ts';

/** Longest id in UTF-16 units, short enough for the primary key of every database. */
const maximumIdLength = 200;
/** A thumbnail and its like; hundreds of thousands of names would cost seconds to read. */
const maximumAttachments = 100;

// Characters that some store or terminal would alter.
const unstorable = /[\p{Cc}\p{Cs}]/u;
/** ISO 8601 as JavaScript writes it, or shorter: `Date` takes any text for a date that has a number in it. */
const isoDate = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

const referenceFields: OptionTable<NewReference> = {
  id: anything,
  label: anything,
  vector: anything,
  metadata: anything,
  createdAt: anything,
  sourceHash: anything,
  attachments: anything,
};

/** True for a text that can be an id: short, and without what some store would alter. */
export function isStorable(text: unknown): text is string {
  return (
    typeof text === 'string' && text.length > 0 && text.length <= maximumIdLength && !unstorable.test(text)
  );
}

/**
 * The reference with its defaults filled in and everything copied, so that nobody can change it later
 * from outside.
 *
 * @throws LABEL_*, VECTOR_*, REFERENCE_INVALID, INVALID_ARGUMENT
 */
export function checkReference(input: NewReference, dimension: number): Reference {
  // A field that is none would be lost.
  checkOptions('a reference', input ?? null, referenceFields);
  const { label, vector, sourceHash = null, createdAt } = input;
  const reference: Reference = {
    id: input.id ?? (sourceHash === null ? crypto.randomUUID() : idOfSource(sourceHash)),
    label: parseStoredLabel(label),
    vector,
    metadata: input.metadata ?? {},
    createdAt: createdAt === undefined ? new Date().toISOString() : (utcOf(createdAt) ?? String(createdAt)),
    sourceHash,
    attachments: input.attachments ?? {},
  };
  assertReference(reference, dimension);
  try {
    return copyReference(reference);
  } catch (cause) {
    // Bytes that were transferred away, or an object whose properties throw.
    throw invalid(reference, 'a part of it cannot be read', cause);
  }
}

/**
 * Throws unless a store may keep the reference as it is.
 *
 * @throws LABEL_*, VECTOR_*, REFERENCE_INVALID
 */
export function assertReference(reference: Reference, dimension: number): void {
  const { id, label, vector, metadata, createdAt, sourceHash, attachments } = reference;
  assertStoredLabel(label);
  assertUnitVector(vector, dimension);
  if (!isStorable(id)) {
    const what = `a text of 1 to ${maximumIdLength} characters without control characters`;
    throw invalid(reference, `its id must be ${what}`);
  }
  if (sourceHash !== null && !isStorable(sourceHash))
    throw invalid(reference, 'its source hash must be a short text or null');
  const problem = whyNotJsonObject(metadata);
  if (problem !== undefined) throw invalid(reference, `its metadata ${problem}`);
  if (utcOf(createdAt) !== createdAt) throw invalid(reference, 'createdAt must be an ISO 8601 date');
  assertAttachments(reference, attachments);
}

/**
 * Throws unless a store may keep the label as it is.
 *
 * @throws LABEL_*, INVALID_ARGUMENT
 */
export function assertStoredLabel(label: string): void {
  if (parseStoredLabel(label) !== label)
    throw new DocclfError('LABEL_INVALID', { label, problem: 'is not in Unicode form NFC' });
}

/** A copy that shares nothing with it. */
export function copyReference(reference: Reference): Reference {
  const attachments = Object.entries(reference.attachments).map(
    // Not `slice`, which in Node's Buffer shares the bytes.
    ([name, bytes]) => [name, new Uint8Array(bytes)] as const,
  );
  return {
    ...reference,
    vector: reference.vector.slice(),
    metadata: JSON.parse(JSON.stringify(reference.metadata)) as JsonObject,
    attachments: Object.fromEntries(attachments),
  };
}

function assertAttachments(reference: Reference, attachments: unknown): void {
  if (typeof attachments !== 'object' || attachments === null)
    throw invalid(reference, 'its attachments must be named Uint8Arrays');
  const entries = Object.entries(attachments);
  if (entries.length > maximumAttachments)
    throw invalid(
      reference,
      `it has ${entries.length} attachments, and at most ${maximumAttachments} are kept`,
    );
  for (const [name, bytes] of entries) {
    // Assigning to __proto__ loses it in any store that is not careful.
    if (!isStorable(name) || name === '__proto__' || !(bytes instanceof Uint8Array))
      throw invalid(reference, 'its attachments must be named Uint8Arrays');
  }
}

function invalid({ id }: Reference, problem: string, cause?: unknown): DocclfError {
  const shown = typeof id === 'string' ? id.slice(0, maximumIdLength) : describe(id);
  return new DocclfError('REFERENCE_INVALID', { id: shown, problem }, { cause });
}

/** The moment in UTC as stores keep it; undefined for what names none. */
function utcOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || !isoDate.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

// Half of a SHA-256: no two of 10^9 images will share it, and it stays readable. The page is kept.
// Any other text may share its first half with others, so it is taken whole.
function idOfSource(sourceHash: string): string {
  const [, half, page] = /^([0-9a-f]{32})[0-9a-f]{32}(?::(\d+))?$/i.exec(sourceHash) ?? [];
  if (half === undefined) return sourceHash;
  return page === undefined ? half : `${half}-${page}`;
}
