/** Everything that sorting changes on the disk, one step each, so that tests can stop it between any two. */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rmdir, truncate, unlink, utimes } from 'node:fs/promises';
import type { FilePath } from '../files/paths.ts';

export interface Disk {
  makeFolder(path: FilePath): Promise<void>;
  /** Fails where the folder is not empty. */
  removeFolder(path: string): Promise<void>;
  /** A second name; fails where `to` is there. */
  link(from: FilePath, to: FilePath): Promise<void>;
  /** With its time, and on the disk when it resolves; fails where `to` is there. */
  copy(from: FilePath, to: FilePath, modified: Date): Promise<void>;
  /** An empty file; fails where there is one. */
  reserve(path: FilePath): Promise<void>;
  /** Replaces what is there. */
  rename(from: FilePath, to: FilePath): Promise<void>;
  remove(path: FilePath): Promise<void>;
  /** On the disk when it resolves. */
  append(file: string, text: string): Promise<void>;
  truncate(file: string, length: number): Promise<void>;
  /** What was linked into the folder is there after a power failure too. */
  syncFolder(path: FilePath): Promise<void>;
}

export const realDisk: Disk = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  removeFolder: rmdir,
  link,
  async copy(from, to, modified) {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await utimes(to, modified, modified);
    await synced(to, 'r+');
  },
  async reserve(path) {
    await (await open(path, 'wx')).close();
  },
  rename,
  remove: unlink,
  async append(file, text) {
    const handle = await open(file, 'a');
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  },
  truncate,
  // Some systems do not open folders.
  syncFolder: (path) => synced(path, 'r').catch(() => {}),
};

async function synced(path: FilePath, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
