/** Is a file still the one that was looked at? */
import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, stat } from 'node:fs/promises';
import { openRegular } from '@docclf/node/files';
import type { FilePath } from './paths.ts';

/** Changes with each write; the same for every name of a file, and for a copy that keeps the time. */
export function versionOf({ size, mtimeNs }: Pick<BigIntStats, 'size' | 'mtimeNs'>): string {
  return `${size}:${mtimeNs}`;
}

/** When the file of a version was last written to. */
export function modifiedOf(version: string): Date {
  const [, nanoseconds = '0'] = version.split(':');
  return new Date(Number(BigInt(nanoseconds) / 1_000_000n));
}

/** Undefined where nothing is. A link is followed. */
export function look(path: FilePath): Promise<BigIntStats | undefined> {
  return orNothing(stat(path, { bigint: true }));
}

/** Undefined where nothing is. A link is a link. */
export function lookAtName(path: FilePath): Promise<BigIntStats | undefined> {
  return orNothing(lstat(path, { bigint: true }));
}

export function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

const chunkBytes = 1 << 20;

/** Whether two files hold the same bytes, read side by side. */
export async function haveSameBytes(a: FilePath, b: FilePath): Promise<boolean> {
  const handles = [await openRegular(a)];
  try {
    handles.push(await openRegular(b));
    const chunks = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)] as const;
    for (let at = 0; ; ) {
      const [left, right] = await Promise.all(chunks.map((chunk, i) => fill(handles[i]!, chunk, at)));
      if (!left!.equals(right!)) return false;
      if (left!.length < chunkBytes) return true;
      at += chunkBytes;
    }
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** As much of the file as fits: a read may give less than it could. */
async function fill(handle: FileHandle, chunk: Buffer, position: number): Promise<Buffer> {
  let length = 0;
  while (length < chunk.length) {
    const { bytesRead } = await handle.read(chunk, length, chunk.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return chunk.subarray(0, length);
}

async function orNothing(looking: Promise<BigIntStats>): Promise<BigIntStats | undefined> {
  try {
    return await looking;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw cause;
  }
}
