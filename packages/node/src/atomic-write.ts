/** A file replaced whole or not at all, as what it was: mode, owner and the target of a link are kept. */
import { randomUUID } from 'node:crypto';
import { open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

const ending = '.tmp';

/** Nothing of the path's folder is followed or overwritten: the temporary file's name cannot be foreseen, and must be new. */
export async function writeAtomically(file: string, bytes: Uint8Array): Promise<void> {
  const target = await targetOf(file);
  const before = await stat(target).catch(() => undefined);
  const temporary = join(dirname(target), `${prefixOf(target)}${randomUUID()}${ending}`);
  try {
    const handle = await open(temporary, 'wx', before === undefined ? 0o666 : 0o600);
    try {
      await handle.writeFile(bytes);
      if (before !== undefined) {
        // Only the superuser may give a file away.
        await handle.chown(before.uid, before.gid).catch(() => {});
        await handle.chmod(before.mode & 0o777);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Removes what killed writers left. Only for whoever is the one writer of the file. */
export async function removeLeftovers(file: string): Promise<void> {
  const target = await targetOf(file);
  const prefix = prefixOf(target);
  for (const name of await readdir(dirname(target)))
    if (
      name.startsWith(prefix) &&
      name.endsWith(ending) &&
      name.length === prefix.length + 36 + ending.length
    )
      await rm(join(dirname(target), name), { force: true });
}

function prefixOf(target: string): string {
  return `.${basename(target)}.`;
}

/** Where a link leads, also when there is nothing yet. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const link = await readlink(file).catch(() => undefined);
    return link === undefined ? file : resolve(dirname(file), link);
  }
}

/** Without it a crash of the system may undo the rename. Some systems do not open folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
