/** Bytes that come over a connection, with an end whatever is sent. */
import { DocclfError, throwIfAborted } from './errors.ts';
import type { Bytes, Signal } from './platform.ts';

/** What is used of a `ReadableStream`, which has no type that both worlds share. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

/**
 * Reads the pieces of a body to its end, and stops as soon as it is longer than the limit, so that an endless one cannot fill the memory.
 *
 * @param name what errors call it
 * @throws IMAGE_TOO_MANY_BYTES, ABORTED, and what the stream throws
 */
export async function readBody(
  name: string,
  body: ByteStream | null,
  maximumBytes: number,
  signal?: Signal | undefined,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let step = await reader?.read(); step?.value; step = await reader?.read()) {
    chunks.push(step.value);
    length += step.value.length;
    if (length <= maximumBytes && !signal?.aborted) continue;
    // Not awaited: of two that read one body, the first to leave waits for the other.
    reader?.cancel().catch(() => {});
    throwIfAborted(signal, 'Reading the image');
    throw new DocclfError('IMAGE_TOO_MANY_BYTES', { source: name, maximumBytes });
  }
  return chunks;
}

/**
 * The page of an error is no image.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE
 */
export function assertAnswered(
  name: string,
  { ok, status }: { readonly ok: boolean; readonly status: number },
): void {
  if (ok) return;
  const code = status === 404 || status === 410 ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
  throw new DocclfError(code, { file: name }, { cause: new Error(`HTTP status ${status}`) });
}

export function joinBytes(chunks: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
