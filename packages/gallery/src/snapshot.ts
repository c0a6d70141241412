/**
 * The gallery file: one versioned, checksummed blob, the same in Node and browsers.
 *
 * Layout, little endian:
 *
 *     0   8  magic: 0x89 "DCG" CR LF 0x1A LF (as in PNG, so that a transfer as text is noticed)
 *     8   4  format version, 1
 *    12   4  length of the header in bytes, a multiple of 4
 *    16   8  length of the whole file in bytes
 *    24   .  header: JSON in UTF-8, padded with spaces
 *     .   .  vectors: count x dimension float32, in the header's order
 *     .   .  attachments, one behind the other without gaps, in the header's order
 *   end  32  SHA-256 of everything before
 */
import {
  assertSameSpace,
  type Bytes,
  DocclfError,
  type EmbeddingSpace,
  type Existing,
  type Gallery,
  type Reference,
} from '@docclf/core';

import { anything, checkOptions, describe, flag, type OptionTable, oneOf } from '@docclf/core/implementer';
import * as z from 'zod/mini';
import { assertReference } from './check-reference.ts';
import { problemOf } from './guard.ts';

const magic = [0x89, 0x44, 0x43, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const formatVersion = 1;
const headerStart = 24;
const checksumLength = 32;

/** Of no use to any network, and small enough that an empty gallery of it costs nothing. */
const maximumDimension = 2 ** 16;

/** What each reference must be is said in `check-reference.ts`; here only what lies where. */
const headerSchema = z.object({
  space: z.object({
    id: z.string().check(z.minLength(1), z.maxLength(1000)),
    dimension: z.int().check(z.positive(), z.lte(maximumDimension)),
  }),
  references: z.array(z.custom<StoredReference>((value) => typeof value === 'object' && value !== null)),
});

/** Unchecked but for its being an object. */
interface StoredReference extends Omit<Reference, 'vector' | 'attachments'> {
  /** name: [offset from the first attachment, length] */
  readonly attachments: Readonly<Record<string, readonly [offset: number, length: number]>>;
}

export interface Snapshot {
  readonly space: EmbeddingSpace;
  readonly references: readonly Reference[];
}

/** The bytes of a gallery file that holds these references. */
export async function encodeSnapshot({ space, references }: Snapshot): Promise<Bytes> {
  let attachmentBytes = 0;
  const header: { readonly space: EmbeddingSpace; readonly references: readonly StoredReference[] } = {
    space: { id: space.id, dimension: space.dimension },
    references: references.map(({ vector: _, attachments, ...rest }) => ({
      ...rest,
      attachments: Object.fromEntries(
        Object.entries(attachments).map(([name, bytes]) => {
          const offset = attachmentBytes;
          attachmentBytes += bytes.length;
          return [name, [offset, bytes.length] satisfies [number, number]];
        }),
      ),
    })),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 4) * 4;
  const vectorsStart = headerStart + headerLength;
  const attachmentsStart = vectorsStart + 4 * references.length * space.dimension;
  const length = attachmentsStart + attachmentBytes + checksumLength;

  const file = new Uint8Array(length);
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, headerLength, true);
  view.setBigUint64(16, BigInt(length), true);
  file.fill(0x20, headerStart, vectorsStart);
  file.set(json, headerStart);
  let vectorAt = vectorsStart;
  let attachmentAt = attachmentsStart;
  for (const { vector, attachments } of references) {
    for (const value of vector) {
      view.setFloat32(vectorAt, value, true);
      vectorAt += 4;
    }
    for (const bytes of Object.values(attachments)) {
      file.set(bytes, attachmentAt);
      attachmentAt += bytes.length;
    }
  }
  file.set(await sha256(file.subarray(0, length - checksumLength)), length - checksumLength);
  return file;
}

/**
 * Reads a gallery file; nothing of a damaged file is returned.
 *
 * @param name names the file in errors
 * @throws GALLERY_FILE_FOREIGN, GALLERY_FILE_VERSION, GALLERY_FILE_TRUNCATED, GALLERY_FILE_CORRUPT
 */
export async function decodeSnapshot(bytes: Bytes, name = 'The gallery'): Promise<Snapshot> {
  if (!(bytes instanceof Uint8Array)) {
    const expected = 'the bytes of a gallery file';
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'bytes', expected, received: describe(bytes) });
  }
  if (magic.some((byte, i) => bytes[i] !== byte))
    throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery: name });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expectedBytes = bytes.length < headerStart ? headerStart : Number(view.getBigUint64(16, true));
  const version = bytes.length < headerStart ? formatVersion : view.getUint32(8, true);
  if (version !== formatVersion) {
    throw new DocclfError('GALLERY_FILE_VERSION', {
      gallery: name,
      supported: formatVersion,
      received: version,
    });
  }
  if (bytes.length < expectedBytes) {
    throw new DocclfError('GALLERY_FILE_TRUNCATED', {
      gallery: name,
      expectedBytes,
      receivedBytes: bytes.length,
    });
  }
  const corrupt = (problem: string, cause?: unknown) =>
    new DocclfError('GALLERY_FILE_CORRUPT', { gallery: name, problem }, { cause });
  if (bytes.length > expectedBytes) throw corrupt(`${bytes.length - expectedBytes} bytes follow its end`);
  const contentEnd = bytes.length - checksumLength;
  const checksum = await sha256(bytes.subarray(0, contentEnd));
  if (checksum.some((byte, i) => bytes[contentEnd + i] !== byte))
    throw corrupt('its checksum does not match');

  // The checksum speaks against accidents only: whoever wants to can write any file with a true one.
  try {
    return readContent(bytes, contentEnd);
  } catch (cause) {
    throw corrupt(problemOf(cause), cause);
  }
}

/** @throws RangeError, SyntaxError, TypeError and what `assertReference` throws */
function readContent(bytes: Uint8Array<ArrayBuffer>, contentEnd: number): Snapshot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vectorsStart = headerStart + view.getUint32(12, true);
  const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(headerStart, vectorsStart));
  const header = z.safeParse(headerSchema, JSON.parse(json));
  if (!header.success) {
    const path = header.error.issues[0]?.path.join('.') || 'all of it';
    throw new RangeError(`its header is not as the format says (${path})`);
  }
  const { space, references } = header.data;
  const { dimension } = space;
  const attachmentsStart = vectorsStart + 4 * references.length * dimension;
  if (attachmentsStart > contentEnd) throw new RangeError('its vectors lie outside the file');
  // Each byte belongs to one attachment: bytes that many share would cost many times the file.
  let attachmentAt = attachmentsStart;
  function takeAttachment([offset, length]: readonly [number, number]): Uint8Array {
    const start = attachmentAt;
    if (attachmentsStart + offset !== start || !(length >= 0) || !(start + length <= contentEnd))
      throw new RangeError('its attachments do not lie one behind the other in the file');
    attachmentAt += length;
    return new Uint8Array(bytes.subarray(start, attachmentAt));
  }
  const ids = new Set<string>();
  const decoded = references.map(({ id, label, metadata, createdAt, sourceHash, attachments }, i) => {
    const vector = new Float32Array(dimension);
    for (let j = 0; j < dimension; j++)
      vector[j] = view.getFloat32(vectorsStart + 4 * (i * dimension + j), true);
    const named = Object.entries(attachments).map(([name, place]) => [name, takeAttachment(place)] as const);
    const reference: Reference = {
      ...{ id, label, metadata, createdAt, sourceHash, vector },
      attachments: Object.fromEntries(named),
    };
    assertReference(reference, dimension);
    if (ids.has(id)) throw new RangeError(`two references have the id ${JSON.stringify(id)}`);
    ids.add(id);
    return reference;
  });
  if (attachmentAt !== contentEnd) throw new RangeError('it holds bytes that belong to no reference');
  return { space, references: decoded };
}

export interface ExportOptions {
  /** Only this label and its sub-labels. Default: all. */
  readonly within?: string;
  /** Default true. False leaves thumbnails and other attachments out, for a file that shows nobody's document. */
  readonly attachments?: boolean;
}

const exportOptions: OptionTable<ExportOptions> = { within: anything, attachments: flag };

/** A gallery's references as the bytes of a gallery file. */
export async function exportGallery(gallery: Gallery, options?: ExportOptions): Promise<Bytes> {
  const { within, attachments = true } = checkOptions('exportGallery', options, exportOptions);
  const references: Reference[] = [];
  for await (const reference of gallery.references({ within })) {
    references.push(attachments ? reference : { ...reference, attachments: {} });
  }
  return encodeSnapshot({ space: gallery.space, references });
}

export interface ImportOptions {
  /** What to do with references whose id the gallery has: refuse all (default), keep the gallery's, or take the file's. */
  readonly existing?: Existing;
}

const importOptions: OptionTable<ImportOptions> = { existing: oneOf('error', 'keep', 'replace') };

/**
 * Merges a gallery file into a gallery, all of it or nothing.
 *
 * @returns how many references were added or replaced
 * @throws GALLERY_FILE_*, GALLERY_SPACE_MISMATCH, REFERENCE_EXISTS, LABEL_CONFLICT
 */
export async function importGallery(
  gallery: Gallery,
  bytes: Bytes,
  options?: ImportOptions,
): Promise<number> {
  const { existing = 'error' } = checkOptions('importGallery', options, importOptions);
  const { space, references } = await decodeSnapshot(bytes);
  assertSameSpace(space, gallery.space);
  const incoming: Reference[] = [];
  for (const reference of references) {
    if (existing !== 'keep' || !(await gallery.get(reference.id))) incoming.push(reference);
  }
  await gallery.add(incoming, { existing });
  return incoming.length;
}

async function sha256(bytes: Bytes): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
