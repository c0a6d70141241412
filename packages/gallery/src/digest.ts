/** A number for the content of a reference that does not depend on the store that keeps it. */
import type { JsonValue, Reference } from '@docclf/core';

/** Bytes of a digest. */
const length = 32;

/** SHA-256 over everything of a reference: to the last bit of its vector, whatever the order of its metadata's keys. */
export async function digestOf(reference: Reference): Promise<Uint8Array> {
  const { id, label, createdAt, sourceHash, metadata, vector } = reference;
  const attachments = Object.entries(reference.attachments).sort(([a], [b]) => (a < b ? -1 : 1));
  const lengths = attachments.map(([name, bytes]) => [name, bytes.length]);
  const facts = [id, label, createdAt, sourceHash, withSortedKeys(metadata), vector.length, lengths];
  const json = new TextEncoder().encode(JSON.stringify(facts));
  const parts = [json, littleEndian(vector), ...attachments.map(([, bytes]) => bytes)];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

/**
 * The checksum of a set of references in any order: their digests, joined by exclusive or. Against accidents, that
 * is; whoever can choose references freely can make two sets of one checksum.
 */
export function createChecksum(): { add(digest: Uint8Array): void; toString(): string } {
  const sum = new Uint8Array(length);
  return {
    add(digest) {
      for (let i = 0; i < length; i++) sum[i]! ^= digest[i]!;
    },
    toString: () => [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}

function littleEndian(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * vector.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of vector.entries()) view.setFloat32(4 * i, value, true);
  return bytes;
}

/** Some databases keep objects with their keys in an order of their own. */
function withSortedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // As pairs: a key such as __proto__ or 1 would change places or meaning in an object.
  return entries.map(([key, inner]) => [key, withSortedKeys(inner)]);
}
