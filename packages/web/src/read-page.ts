/** Files that a reader of the page takes: their first page, before it goes to the worker. */
import type { ImageLimits } from '@docclf/core';
import { type PageReader, readerOf, readPage } from '@docclf/core/readers';
import { formatOf } from '@docclf/preprocess/image-file';
import { type CapturedSource, readSource } from './source.ts';

export interface PageMeans {
  readonly readers: readonly PageReader[];
  readonly limits: ImageLimits;
  /** Of `decode`. */
  readonly side: number;
  readonly signal: AbortSignal | undefined;
}

/** Bytes that tell a format: a HEIC file lists its kinds there. */
const headBytes = 4096;

/**
 * A page in place of its file; what no reader takes as it is.
 *
 * @throws what the reader throws, and reading the file
 */
export async function withPage(source: CapturedSource, means: PageMeans): Promise<CapturedSource> {
  const { readers, limits, side, signal } = means;
  const isEncoded = source.kind === 'blob' || source.kind === 'bytes' || source.kind === 'url';
  if (readers.length === 0 || !isEncoded) return source;
  const readerFor = (bytes: Uint8Array) => readerOf(formatOf(bytes), readers);
  if (source.kind === 'blob') {
    // Of the many files that are none of a reader's, no more is read in this thread.
    const head = await source.blob.slice(0, headBytes).arrayBuffer();
    if (!readerFor(new Uint8Array(head))) return source;
  }
  const read = await readSource(source, limits.maximumBytes, signal);
  if (read.kind !== 'bytes') return source;
  const reader = readerFor(read.bytes);
  const { corners } = source;
  if (!reader) return { ...read, ...(corners && { corners }) };
  const { image, ...size } = await readPage(reader, read, side, { limits, signal });
  return { ...read, kind: 'page', image, size, ...(corners && { corners }) };
}
