/**
 * What is in the columns: vectors as float32, little endian on every machine, and texts as UTF-8.
 *
 * Texts are read as bytes: over one that is damaged, libsql would end the process.
 */
import { DocclfError } from '@docclf/core';

/** As drivers return it: libsql an ArrayBuffer, the others a Uint8Array. */
export type SqliteBlob = Uint8Array | ArrayBuffer;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function encodeVector(vector: Float32Array): Uint8Array {
  const bytes = Buffer.from(vector.slice().buffer);
  return littleEndian ? bytes : bytes.swap32();
}

/** The length in bytes must be a multiple of 4. */
export function decodeVector(blob: SqliteBlob): Float32Array {
  const bytes = bytesOf(blob);
  if (!littleEndian) Buffer.from(bytes.buffer).swap32();
  return new Float32Array(bytes.buffer);
}

/** Bytes from the start of a buffer of their own: a Buffer may lie anywhere in a larger one, and is copied. */
export function bytesOf(blob: SqliteBlob): Uint8Array<ArrayBuffer> {
  return blob instanceof ArrayBuffer ? new Uint8Array(blob) : new Uint8Array(blob);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a column that was read as `CAST(… AS BLOB)`.
 *
 * @throws GALLERY_FILE_CORRUPT
 */
export function decodeText(blob: SqliteBlob, gallery: string): string {
  try {
    return utf8.decode(blob);
  } catch (cause) {
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem: 'a text is not UTF-8' }, { cause });
  }
}
