/** Turns what a user wants to register into a reference that every store can keep, or refuses it. */
import {
  assertUnitVector,
  DocclfError,
  type JsonObject,
  type NewReference,
  type Reference,
} from '@docclf/core';
import { parseStoredLabel } from '@docclf/core/implementer';

/** Longest id in UTF-16 units, short enough for the primary key of every database. */
const maximumIdLength = 200;

// Characters that some store or terminal would alter.
const unstorable = /[\p{Cc}\p{Cs}]/u;

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
 * @throws LABEL_*, VECTOR_*, REFERENCE_INVALID
 */
export function checkReference(input: NewReference, dimension: number): Reference {
  const label = parseStoredLabel(input.label);
  assertUnitVector(input.vector, dimension);
  const { sourceHash = null } = input;
  const id = input.id ?? (sourceHash === null ? crypto.randomUUID() : idOfSource(sourceHash));
  const refuse = (problem: string, cause?: unknown) =>
    new DocclfError('REFERENCE_INVALID', { id: String(id).slice(0, maximumIdLength), problem }, { cause });
  if (!isStorable(id))
    throw refuse(`its id must be a text of 1 to ${maximumIdLength} characters without control characters`);
  if (sourceHash !== null && !isStorable(sourceHash))
    throw refuse('its source hash must be a short text or null');

  let metadata: JsonObject;
  try {
    metadata = JSON.parse(JSON.stringify(input.metadata ?? {}));
  } catch (cause) {
    throw refuse('its metadata is not JSON', cause);
  }
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata))
    throw refuse('its metadata must be a JSON object');

  const createdAt = new Date(input.createdAt ?? Date.now());
  if (Number.isNaN(createdAt.getTime())) throw refuse('createdAt must be an ISO 8601 date');

  const attachments = Object.entries(input.attachments ?? {}).map(([name, bytes]) => {
    // Assigning to __proto__ loses it in any store that is not careful.
    if (!isStorable(name) || name === '__proto__' || !(bytes instanceof Uint8Array))
      throw refuse('its attachments must be named Uint8Arrays');
    // Not `slice`, which in Node's Buffer shares the bytes.
    return [name, new Uint8Array(bytes)] as const;
  });
  return {
    id,
    label,
    vector: input.vector.slice(),
    metadata,
    createdAt: createdAt.toISOString(),
    sourceHash,
    attachments: Object.fromEntries(attachments),
  };
}

/** A copy that shares nothing with it. */
export function copyReference(reference: Reference): Reference {
  const attachments = Object.entries(reference.attachments).map(
    ([name, bytes]) => [name, new Uint8Array(bytes)] as const,
  );
  return {
    ...reference,
    vector: reference.vector.slice(),
    metadata: JSON.parse(JSON.stringify(reference.metadata)),
    attachments: Object.fromEntries(attachments),
  };
}

// Half of a SHA-256: no two of 10^9 images will share it, and it stays readable. The page is kept.
// Any other text may share its first half with others, so it is taken whole.
function idOfSource(sourceHash: string): string {
  const [, half, page] = /^([0-9a-f]{32})[0-9a-f]{32}(?::(\d+))?$/i.exec(sourceHash) ?? [];
  if (half === undefined) return sourceHash;
  return page === undefined ? half : `${half}-${page}`;
}
