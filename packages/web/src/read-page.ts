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
  if (readers.length === 0 || !isEncoded(source)) return source;
  if (source.kind === 'blob') {
    // Of the many files that are none of a reader's, no more is read in this thread.
    const head = new Uint8Array(await source.blob.slice(0, headBytes).arrayBuffer());
    if (readerOf(formatOf(head), readers) === undefined) return source;
  }
  const read = await readSource(source, limits.maximumBytes, signal);
  if (read.kind !== 'bytes') return source;
  const { bytes, name } = read;
  const { corners } = source;
  const outline = corners && { corners };
  const reader = readerOf(formatOf(bytes), readers);
  if (reader === undefined) return { kind: 'bytes', bytes, name, ...outline };
  const { image, width, height } = await readPage(reader, { bytes, name }, side, { limits, signal });
  return { kind: 'page', image, size: { width, height }, bytes, name, ...outline };
}

function isEncoded({ kind }: CapturedSource): boolean {
  return kind === 'blob' || kind === 'bytes' || kind === 'url';
}
