/** One writer at a time on a file, across processes. */
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { DocclfError } from '@docclf/core';

const retryMilliseconds = 20;
const patienceMilliseconds = 10_000;

/**
 * Runs `work` while `<file>.lock` is held. A lock left by a process of this machine that is gone is taken over.
 *
 * @throws GALLERY_LOCKED after ten seconds, FILE_UNWRITABLE
 */
export async function withFileLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${file}.lock`;
  const giveUpAt = Date.now() + patienceMilliseconds;
  while (!(await acquire(lock))) {
    const holder = await holderOf(lock);
    if (isAbandoned(holder)) await removeAbandoned(lock);
    else if (Date.now() > giveUpAt)
      throw new DocclfError('GALLERY_LOCKED', { gallery: file, holder: `process ${holder.trim()}` });
    else await wait(retryMilliseconds);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(`${process.pid} on ${hostname()}`);
    await handle.close();
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new DocclfError('FILE_UNWRITABLE', { file: lock }, { cause });
  }
}

/** Under a lock of its own: of two that see it abandoned, the second would remove what the first then took. */
async function removeAbandoned(lock: string): Promise<void> {
  const guard = `${lock}.takeover`;
  if (!(await acquire(guard))) return;
  try {
    if (isAbandoned(await holderOf(lock))) await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function holderOf(lock: string): Promise<string> {
  return readFile(lock, 'utf8').catch(() => '');
}

function isAbandoned(holder: string): boolean {
  const [pid, , host] = holder.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
