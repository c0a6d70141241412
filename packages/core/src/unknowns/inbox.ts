/** What nobody recognised, kept for a later look: a gallery of its own, in which nothing has a label yet. */
import type { Classification } from '../classifier-contract.ts';
import { DocclfError } from '../errors.ts';
import type { Gallery, Reference, WithSignal } from '../gallery.ts';

/** The label of everything in an inbox. */
export const inboxLabel = 'unknown';

/**
 * Keeps the vector of a result that came back unknown; of an accepted one nothing. With it goes the thumbnail
 * if the result has one, and no name, no label and no hash of the image: ask `classify` for `vector: true`,
 * and for `thumbnail: true` only where pictures may be kept.
 *
 * The id follows from the vector, so that the same image is kept once.
 *
 * @param inbox a gallery of the same embedding space, not the one that is searched
 * @returns the id under which it is kept; undefined for an accepted result
 * @throws INVALID_ARGUMENT for an unknown result without a vector, and what the gallery throws
 */
export async function keepUnknown(
  inbox: Gallery,
  result: Pick<Classification, 'status' | 'vector' | 'thumbnail'>,
  { signal }: WithSignal = {},
): Promise<string | undefined> {
  const { status, vector, thumbnail } = result;
  if (status !== 'unknown') return undefined;
  if (vector === undefined) {
    const expected = 'a result of classify with vector: true';
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'result', expected, received: 'one without' });
  }
  const id = await idOf(vector);
  const attachments = thumbnail ? { thumbnail } : {};
  await inbox.add([{ id, label: inboxLabel, vector, attachments }], { existing: 'replace', signal });
  return id;
}

/** Half of the SHA-256 of its numbers. */
async function idOf(vector: Float32Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(vector.slice().buffer));
  const bytes = [...new Uint8Array(digest)].slice(0, 16);
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The newest of an inbox, at most `maximum`, newest first. */
export async function newestOf(
  inbox: Gallery,
  maximum: number,
  { signal }: WithSignal,
): Promise<Reference[]> {
  const all: Reference[] = [];
  for await (const reference of inbox.references({ signal })) all.push(reference);
  // Equal times by id, so that the proposals are the same each time.
  all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? -1 : 1));
  return all.slice(0, maximum);
}
