/** The image files of a folder, in an order that does not depend on the file system. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DocclfError } from '@docclf/core';
import { describe } from '@docclf/core/implementer';

const imageEnding = /\.(jpe?g|png|webp|tiff?|avif|gif|bmp)$/i;

/**
 * The files of `path`: itself when it is a file (of any name), else every image file under it,
 * recursively, sorted by code units of the path. Hidden files and folders are left out.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, FOLDER_WITHOUT_IMAGES
 */
export async function listImageFiles(path: string): Promise<string[]> {
  if (typeof path !== 'string') {
    const details = { argument: 'path', expected: 'a path', received: describe(path) };
    throw new DocclfError('INVALID_ARGUMENT', details);
  }
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files = await walk(path);
    if (files.length > 0) return files.sort();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    throw new DocclfError(code, { file: path }, { cause });
  }
  throw new DocclfError('FOLDER_WITHOUT_IMAGES', { folder: path });
}

async function walk(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // A linked folder may lead back up; a linked file is as good as a file.
    if (entry.isDirectory()) files.push(...(await walk(path)));
    else if (imageEnding.test(entry.name)) files.push(path);
  }
  return files;
}
