/** From the paths of the command line to files: what is found, what cannot be read, what is left out. */
import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { DocclfError } from '@docclf/core';
import { throwIfAborted } from '@docclf/core/implementer';
import { readHead, readRegular } from '@docclf/node/files';
import { isSameFile, look, versionOf } from './identity.ts';
import { headLength, kindByBytes, kindByName, type LeftOutKind } from './kinds.ts';
import { type FilePath, joinPath, shownPath } from './paths.ts';
import { readPipe } from './pipe.ts';

/** A file that was found, or a path that led nowhere. */
export type FoundFile = ReadableFile | { readonly file: string; readonly error: unknown };

export interface ReadableFile {
  /** The path, in words. */
  readonly file: string;
  /** The path of the command line that led to it. */
  readonly root: string;
  /** The path as the file system has it. */
  readonly path?: FilePath;
  /** Of a file that can change while it waits for its turn: when it was found. See `versionOf`. */
  readonly version?: string;
  /** For what `file` does not open: a pipe, standard input, a name that is not UTF-8. Can be called once. */
  readonly read?: () => Promise<Uint8Array>;
}

/** A file or folder in a folder that is not looked into. */
export interface LeftOut {
  readonly file: string;
  readonly kind: LeftOutKind;
}

export interface Found {
  readonly files: readonly FoundFile[];
  readonly leftOut: readonly LeftOut[];
}

export interface FindOptions {
  readonly signal: AbortSignal;
  /** What the path `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** A folder that is not looked into, as it may lie in one that is. */
  readonly without?: string | undefined;
  /** A folder without images is no fault. Default false. */
  readonly mayBeEmpty?: boolean | undefined;
}

/**
 * Every file that the paths name, in their order: a file is itself, whatever its name and kind; of a folder, its
 * images and PDFs, recursively, sorted by code units of the path. A path or a sub-folder that cannot be read is an
 * entry of its own, and the others are found all the same.
 *
 * @throws ABORTED
 */
export async function findFiles(paths: readonly FilePath[], options: FindOptions): Promise<Found> {
  const files: FoundFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of paths) {
    throwIfAborted(options.signal, 'Listing the files');
    if (path === '-' && options.stdin) {
      const { stdin, signal } = options;
      files.push({ file: path, root: path, read: () => readPipe(stdin, 'standard input', signal) });
      continue;
    }
    try {
      const stats = await stat(path, { bigint: true });
      if (stats.isDirectory()) {
        const folder = await searchFolder(path, options);
        files.push(...folder.files);
        leftOut.push(...folder.leftOut);
      } else files.push(named(path, stats, options));
    } catch (cause) {
      if (DocclfError.is(cause)) throw cause;
      files.push({ file: shownPath(path), error: unreadable(shownPath(path), cause) });
    }
  }
  return { files, leftOut };
}

/** A path that somebody gave by itself: taken, unless reading it could never end. */
function named(path: FilePath, stats: BigIntStats, { signal }: FindOptions): FoundFile {
  const root = shownPath(path);
  if (stats.isFile()) return fileAt(path, root, versionOf(stats));
  if (stats.isFIFO() && typeof path === 'string') {
    return { file: root, root, read: () => readPipe(path, root, signal) };
  }
  return { file: root, error: new DocclfError('FILE_UNREADABLE', { file: root }) };
}

async function searchFolder(start: FilePath, options: FindOptions): Promise<Found> {
  const root = shownPath(start);
  const files: FoundFile[] = [];
  const leftOut: LeftOut[] = [];
  const without = options.without === undefined ? undefined : await look(options.without);

  async function visit(folder: FilePath): Promise<void> {
    throwIfAborted(options.signal, 'Listing the files');
    if (without && isSameFile((await look(folder)) ?? without, without)) return;
    let entries: readonly { readonly name: Buffer; isDirectory(): boolean }[];
    try {
      entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    } catch (cause) {
      files.push({ file: shownPath(folder), error: unreadable(shownPath(folder), cause) });
      return;
    }
    for (const entry of entries) {
      const path = joinPath(folder, entry.name);
      const hidden = kindByName(entry.name.toString()) === 'hidden';
      if (entry.isDirectory() && !hidden) await visit(path);
      else {
        const { kind, version } = hidden ? leftOutAs('hidden') : await kindOf(path, entry.name.toString());
        if (kind === 'image' || kind === 'pdf') files.push(fileAt(path, root, version));
        else leftOut.push({ file: shownPath(path), kind });
      }
    }
  }

  await visit(start);
  if (files.length === 0 && !options.mayBeEmpty) {
    files.push({ file: root, error: new DocclfError('FOLDER_WITHOUT_IMAGES', { folder: root }) });
  }
  return { files: files.sort(byPath), leftOut: leftOut.sort(byPath) };
}

const byPath = (a: { file: string }, b: { file: string }) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);

const leftOutAs = (kind: LeftOutKind) => ({ kind, version: undefined });

/** A linked folder may lead back up and is left out; a linked file is as good as a file. */
async function kindOf(path: FilePath, name: string) {
  let stats: BigIntStats;
  try {
    stats = await stat(path, { bigint: true });
  } catch {
    return leftOutAs('brokenLink');
  }
  if (stats.isDirectory()) return leftOutAs('linkedFolder');
  if (!stats.isFile()) return leftOutAs('special');
  const version = versionOf(stats);
  const kind = kindByName(name);
  if (kind !== undefined) return { kind, version };
  // What cannot be read here and might be an image is reported where images are read.
  const head = await readHead(path, headLength).catch(() => undefined);
  return { kind: head === undefined ? 'image' : (kindByBytes(head) ?? 'other'), version };
}

function fileAt(path: FilePath, root: string, version: string | undefined): ReadableFile {
  const file = { file: shownPath(path), root, path, ...(version !== undefined && { version }) };
  return typeof path === 'string' ? file : { ...file, read: () => readRegular(path) };
}

function unreadable(file: string, cause: unknown): DocclfError {
  const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
  return new DocclfError(code, { file }, { cause });
}
