/** A file gets another name, or a copy under one: whole or not at all, and never over another file. */
import { DocclfError } from '@docclf/core';
import { look, lookAtName, versionOf } from '../files/identity.ts';
import { type FilePath, parentOf, shownPath } from '../files/paths.ts';
import type { Disk } from './disk.ts';

/** What a disk says that has no second names, or none on another disk. */
const noLinks: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** @returns false where it takes a copy: on another disk, and of a link, which would lead nowhere from its new folder */
export async function tryLink(disk: Disk, from: FilePath, to: FilePath): Promise<boolean> {
  if ((await lookAtName(from))!.isSymbolicLink()) return false;
  try {
    await disk.link(from, to);
    return true;
  } catch (error) {
    if (!noLinks.has(codeOf(error))) throw error;
    return false;
  }
}

/**
 * @param temporary a name in the folder of `to` that nobody else has
 * @throws FILE_CHANGED, EEXIST where `to` is taken, and what the disk throws
 */
export async function copy(disk: Disk, from: FilePath, to: FilePath, temporary: FilePath): Promise<void> {
  const before = (await look(from))!;
  await disk.copy(from, temporary, before.mtime);
  const after = await look(from);
  if (after === undefined || versionOf(after) !== versionOf(before)) {
    await disk.remove(temporary);
    throw new DocclfError('FILE_CHANGED', { file: shownPath(from) });
  }
  await give(disk, temporary, to);
  await disk.syncFolder(parentOf(temporary));
}

/** The temporary file its name; fails where that is taken, and leaves no temporary one then. */
export async function give(disk: Disk, temporary: FilePath, to: FilePath): Promise<void> {
  try {
    await disk.link(temporary, to);
    await disk.remove(temporary);
    return;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') await disk.remove(temporary);
    if (!noLinks.has(codeOf(error))) throw error;
  }
  try {
    await disk.reserve(to);
  } catch (error) {
    await disk.remove(temporary);
    throw error;
  }
  await disk.rename(temporary, to);
}
