/** References as Chroma's records, and back. */
import type { JsonObject, Reference } from '@docclf/core';
import { readWritten } from './answers.ts';
import type { Metadata } from './client.ts';

/**
 * Of each record the metadata holds what is asked for: `label`, `in1`, `in2`, … for it and the labels above it,
 * `source`, `created`, and `commit`, the name of the write that it came with. The document is everything else.
 */
export function metadataOf({ label, sourceHash, createdAt }: Reference, commit: string): Metadata {
  return {
    label,
    ...pathOf(label),
    ...(sourceHash !== null && { source: sourceHash }),
    created: createdAt,
    commit,
  };
}

/** `a/b` as `{ in1: 'a', in2: 'a/b' }`: Chroma compares values, and knows no prefixes. */
export function pathOf(label: string): Metadata {
  const segments = label.split('/');
  return Object.fromEntries(segments.map((_, i) => [`in${i + 1}`, segments.slice(0, i + 1).join('/')]));
}

/** The condition for a label and its sub-labels. */
export function isWithinLabel(label: string): { readonly [key: string]: string } {
  return { [`in${label.split('/').length}`]: label };
}

/** A record keeps the keys that a write does not name: those of a deeper label must go. */
export function replacing(before: Metadata | null | undefined, after: Metadata): Metadata {
  const stale = Object.keys(before ?? {}).filter((key) => !(key in after));
  return { ...Object.fromEntries(stale.map((key) => [key, null])), ...after };
}

interface Rest {
  readonly metadata: JsonObject;
  /** Names and base64, in pairs. */
  readonly attachments?: readonly (readonly [string, string])[];
}

/** As text that any JSON parser takes: escaped, so that half a surrogate pair passes too. */
export function documentOf({ metadata, attachments }: Reference): string {
  const files = Object.entries(attachments).map(([name, bytes]) => [
    name,
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  ]);
  return JSON.stringify({ metadata, ...(files.length > 0 && { attachments: files }) });
}

/** Nine digits name each float32 and no other. */
export function embeddingOf(vector: Float32Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(9)));
}

export function decodeReference(
  id: string,
  metadata: Metadata,
  document: string,
  embedding: readonly number[],
): Reference {
  const rest = readWritten('a document', () => ({ ...(JSON.parse(document) as Rest) }));
  const attachments = readWritten('the attachments of a reference', () =>
    (rest.attachments ?? []).map(
      ([name, text]) => [name, new Uint8Array(Buffer.from(text, 'base64'))] as const,
    ),
  );
  return {
    id,
    label: String(metadata.label),
    vector: Float32Array.from(embedding),
    metadata: rest.metadata,
    createdAt: String(metadata.created),
    sourceHash: typeof metadata.source === 'string' ? metadata.source : null,
    attachments: Object.fromEntries(attachments),
  };
}
