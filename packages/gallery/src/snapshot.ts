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
 *     .   .  attachments, as the header's offsets and lengths say
 *   end  32  SHA-256 of everything before
 */
import {
  assertSameSpace,
  assertUnitVector,
  DocclfError,
  type EmbeddingSpace,
  type Existing,
  type Gallery,
  type JsonObject,
  type Reference,
} from '@docclf/core';
import { parseStoredLabel } from '@docclf/core/implementer';
import * as z from 'zod/mini';

const magic = [0x89, 0x44, 0x43, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const formatVersion = 1;
const headerStart = 24;
const checksumLength = 32;

const count = z.int().check(z.gte(0));
const headerSchema = z.object({
  space: z.object({ id: z.string(), dimension: z.int().check(z.positive()) }),
  references: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      // Not a record: zod would drop the key __proto__.
      metadata: z.custom<JsonObject>(
        (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      ),
      createdAt: z.string(),
      sourceHash: z.nullable(z.string()),
      /** name: [offset from the first attachment, length] */
      attachments: z.record(z.string(), z.tuple([count, count])),
    }),
  ),
});

export interface Snapshot {
  readonly space: EmbeddingSpace;
  readonly references: readonly Reference[];
}

/** The bytes of a gallery file that holds these references. */
export async function encodeSnapshot({ space, references }: Snapshot): Promise<Uint8Array<ArrayBuffer>> {
  let attachmentBytes = 0;
  const header: z.infer<typeof headerSchema> = {
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
export async function decodeSnapshot(
  bytes: Uint8Array<ArrayBuffer>,
  name = 'The gallery',
): Promise<Snapshot> {
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

  // From here the bytes are what the writer wrote; what follows guards against a writer's fault.
  try {
    const vectorsStart = headerStart + view.getUint32(12, true);
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(headerStart, vectorsStart));
    const { space, references } = z.parse(headerSchema, JSON.parse(json));
    const attachmentsStart = vectorsStart + 4 * references.length * space.dimension;
    if (attachmentsStart > contentEnd) throw new RangeError('its vectors lie outside the file');
    const decoded = references.map(({ attachments, label, ...rest }, i): Reference => {
      const vector = new Float32Array(space.dimension);
      for (let j = 0; j < vector.length; j++) {
        vector[j] = view.getFloat32(vectorsStart + 4 * (i * space.dimension + j), true);
      }
      assertUnitVector(vector, space.dimension);
      return {
        ...rest,
        label: parseStoredLabel(label),
        vector,
        attachments: Object.fromEntries(
          Object.entries(attachments).map(([attachment, [offset, length]]) => {
            const start = attachmentsStart + offset;
            if (start + length > contentEnd)
              throw new RangeError(`attachment ${attachment} lies outside the file`);
            return [attachment, new Uint8Array(bytes.subarray(start, start + length))];
          }),
        ),
      };
    });
    return { space, references: decoded };
  } catch (cause) {
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

export interface ExportOptions {
  /** Only this label and its sub-labels. Default: all. */
  readonly within?: string;
  /** Default true. False leaves thumbnails and other attachments out, for a file that shows nobody's document. */
  readonly attachments?: boolean;
}

/** A gallery's references as the bytes of a gallery file. */
export async function exportGallery(
  gallery: Gallery,
  options: ExportOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { within, attachments = true } = options;
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

/**
 * Merges a gallery file into a gallery, all of it or nothing.
 *
 * @returns how many references were added or replaced
 * @throws GALLERY_FILE_*, GALLERY_SPACE_MISMATCH, REFERENCE_EXISTS, LABEL_CONFLICT
 */
export async function importGallery(
  gallery: Gallery,
  bytes: Uint8Array<ArrayBuffer>,
  { existing = 'error' }: ImportOptions = {},
): Promise<number> {
  const { space, references } = await decodeSnapshot(bytes);
  assertSameSpace(space, gallery.space);
  const incoming: Reference[] = [];
  for (const reference of references) {
    if (existing !== 'keep' || !(await gallery.get(reference.id))) incoming.push(reference);
  }
  await gallery.add(incoming, { existing });
  return incoming.length;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
