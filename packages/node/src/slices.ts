/** Work on large files in slices of some milliseconds, between which the event loop does what else there is to do. */
import { createHash } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import type { Walk } from '@docclf/preprocess/image-file';

const bytesAtOnce = 2 ** 23;

function* slicesOf<Bytes extends Uint8Array | Uint8ClampedArray>(bytes: Bytes): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += bytesAtOnce) yield bytes.subarray(at, at + bytesAtOnce) as Bytes;
}

export async function inSlices<Result>(walk: Walk<Result>): Promise<Result> {
  while (true) {
    const { done, value } = walk.next();
    if (done) return value;
    await pause();
  }
}

/** SHA-256 in hexadecimal digits. */
export async function sha256(parts: readonly (Uint8Array | Uint8ClampedArray | string)[]): Promise<string> {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part);
    else
      for (const slice of slicesOf(part)) {
        hash.update(slice);
        if (slice.length === bytesAtOnce) await pause();
      }
  }
  return hash.digest('hex');
}

export async function join(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const joined = Buffer.allocUnsafe(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  let sincePause = 0;
  for (const part of parts)
    for (const slice of slicesOf(part)) {
      joined.set(slice, at);
      at += slice.length;
      sincePause += slice.length;
      if (sincePause < bytesAtOnce) continue;
      await pause();
      sincePause = 0;
    }
  return joined;
}
