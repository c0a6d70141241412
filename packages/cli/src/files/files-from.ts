/** Paths that are listed somewhere instead of being typed: `find … -print0 | docclf classify --files-from - -0`. */

import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { DocclfError } from '@docclf/core';
import type { Context, PathOptions } from '../context.ts';
import type { FilePath } from './paths.ts';
import { readPipe } from './pipe.ts';

/**
 * The paths that were given, then those of the list.
 *
 * @throws FILE_UNREADABLE, FILE_NOT_FOUND, INVALID_ARGUMENT, ABORTED
 */
export async function allPaths(
  { stdin, signal }: Pick<Context, 'stdin' | 'signal'>,
  paths: readonly string[],
  { filesFrom, null: isNull }: PathOptions,
): Promise<readonly FilePath[]> {
  if (filesFrom === undefined) return paths;
  if (filesFrom === '-' && paths.includes('-')) {
    const expected = 'standard input once';
    throw new DocclfError('INVALID_ARGUMENT', { argument: '--files-from', expected, received: '- and -' });
  }
  const list =
    filesFrom === '-' && stdin ? await readPipe(stdin, 'standard input', signal) : await readList(filesFrom);
  return [...paths, ...pathsIn(Buffer.from(list), isNull ? 0 : 10)];
}

export async function readList(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    throw new DocclfError(code, { file }, { cause });
  }
}

function* pathsIn(list: Buffer, end: number): Generator<FilePath, void, void> {
  for (let at = 0; at < list.length; ) {
    const next = list.indexOf(end, at);
    let path = list.subarray(at, next === -1 ? list.length : next);
    at += path.length + 1;
    // Lists of lines may come from Windows.
    if (end === 10 && path.at(-1) === 13) path = path.subarray(0, -1);
    if (path.length > 0) yield isUtf8(path) ? path.toString() : Buffer.from(path);
  }
}
