/** References as rows, and back. */
import type { JsonObject, Reference } from '@docclf/core';
import type { Names } from './schema.ts';

/** The columns of a whole reference, read in one statement: attachments are those of the same moment. */
export function referenceColumns({ attachment, vector }: Names): string {
  const attached = (column: string) =>
    `ARRAY(SELECT ${column} FROM ${attachment} WHERE reference = key ORDER BY name)`;
  return `id, label, source_hash AS "sourceHash", created_at AS "createdAt", metadata,
    ${vector}.vector_send(vector) AS vector, ${attached('name')} AS names, ${attached('bytes')} AS contents`;
}

export interface ReferenceRow {
  readonly id: string;
  readonly label: string;
  readonly sourceHash: string | null;
  readonly createdAt: string;
  readonly metadata: string;
  readonly vector: Buffer;
  readonly names: readonly string[];
  readonly contents: readonly Buffer[];
}

export function decodeReference({ names, contents, metadata, vector, ...rest }: ReferenceRow): Reference {
  return {
    ...rest,
    metadata: JSON.parse(metadata) as JsonObject,
    vector: decodeVector(vector),
    attachments: Object.fromEntries(names.map((name, i) => [name, new Uint8Array(contents[i]!)])),
  };
}

/** As pgvector reads it. Nine digits name each float32 and no other. */
export function encodeVector(vector: Float32Array): string {
  let text = '[';
  for (let i = 0; i < vector.length; i++) text += `${i === 0 ? '' : ','}${vector[i]!.toPrecision(9)}`;
  return `${text}]`;
}

/** pgvector's binary form: two int16, the first of which is the dimension, then float32, big endian. */
export function decodeVector(bytes: Buffer): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: view.getInt16(0) }, (_, i) => view.getFloat32(4 + 4 * i));
}

/**
 * A condition on labels: this one and its sub-labels. The parameters `$first` and the two after it are those
 * of `withinValues`.
 */
export function withinCondition(first: number): string {
  return `(label = $${first} OR (label >= $${first + 1} AND label < $${first + 2}))`;
}

/** A range instead of a pattern, in which % and _ would mean something. 0 is the character after the slash. */
export function withinValues(label: string): [string, string, string] {
  return [label, `${label}/`, `${label}0`];
}
