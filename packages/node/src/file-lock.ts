/**
 * One writer at a time on a file, across processes: a lease. The holder touches `<file>.lock` while it lives; whoever
 * sees it untouched for a second, by a clock that cannot be set, takes it over, whatever pid or host is written in it.
 * A holder that is known to be gone is not waited for; one that is known to live, and any on a drive that may show another
 * machine's touches late, has five seconds. Who loses the lock before it wrote begins again.
 */
import { randomUUID } from 'node:crypto';
import {
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DocclfError } from '@docclf/core';
import { removeLeftovers } from './atomic-write.ts';
import { readHead } from './regular-file.ts';

const retryMilliseconds = 20;
const touchMilliseconds = 200;
const leaseMilliseconds = 1000;
const longLeaseMilliseconds = 5000;
/** Nothing is ever written late into a lock: one that holds no name is what a crash or a full disk left. */
const namelessMilliseconds = 500;
const patienceMilliseconds = 15_000;
const attempts = 3;

/** What `statfs` of Linux calls the file systems of one machine alone: ext, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs, overlay. */
const localFileSystems: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994, 0x794c7630,
]);

interface Seen {
  readonly text: string;
  readonly version: string;
}

/**
 * Runs `work` while the lock is held.
 *
 * @param work is given a check to make before it writes, which throws when a pause has cost the lock: `work` is then done
 *   again, twice at most
 * @throws GALLERY_LOCKED after fifteen seconds, FILE_UNWRITABLE
 */
export async function withFileLock<Result>(
  file: string,
  work: (assertHeld: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    let isLost = false;
    try {
      return await whileLocked(file, (isHeld) =>
        work(async () => {
          if (await isHeld()) return;
          isLost = true;
          const holder = 'another process, since this one paused';
          throw new DocclfError('GALLERY_LOCKED', { gallery: file, holder });
        }),
      );
    } catch (error) {
      if (!isLost || attempt === attempts) throw error;
    }
  }
}

async function whileLocked<Result>(
  file: string,
  work: (isHeld: () => Promise<boolean>) => Promise<Result>,
): Promise<Result> {
  const lock = `${file}.lock`;
  const name = `${process.pid} on ${hostname()} since ${await startOf(process.pid)} as ${randomUUID()}`;
  const handle = await waitForLock(file, lock, name);
  const touch = setInterval(() => {
    const now = new Date();
    handle.utimes(now, now).catch(() => {});
  }, touchMilliseconds);
  touch.unref();
  const isHeld = async () => (await look(lock))?.text === name;
  try {
    return await work(isHeld);
  } finally {
    clearInterval(touch);
    if (await isHeld()) await rm(lock, { force: true });
    await handle.close();
  }
}

async function waitForLock(file: string, lock: string, name: string): Promise<FileHandle> {
  const start = performance.now();
  let seen: Seen | undefined;
  let since = start;
  let lease: number | undefined;
  while (true) {
    const handle = await acquire(lock, name);
    if (handle !== undefined) return handle;
    const now = performance.now();
    const current = await look(lock);
    if (current === undefined) continue;
    if (current.version !== seen?.version) {
      seen = current;
      since = now;
    }
    lease ??= await leaseOn(lock);
    if (await isAbandoned(current.text, now - since, lease)) await takeAway(file, lock, current);
    else if (now - start > patienceMilliseconds)
      throw new DocclfError('GALLERY_LOCKED', {
        gallery: file,
        holder: `process ${current.text.slice(0, 100)}`,
      });
    else await wait(retryMilliseconds);
  }
}

/** The name is written before the lock appears, so that none is ever seen without. */
async function acquire(lock: string, name: string): Promise<FileHandle | undefined> {
  const draft = `${lock}.${randomUUID()}`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(draft, 'wx');
    await handle.writeFile(name);
    await link(draft, lock);
    await removeDrafts(lock).catch(() => {});
    return handle;
  } catch (cause) {
    await handle?.close();
    const { code } = cause as NodeJS.ErrnoException;
    // Of a process that was stopped for long, another has taken the draft away.
    if (code === 'EEXIST' || (code === 'ENOENT' && handle !== undefined)) return undefined;
    throw new DocclfError('FILE_UNWRITABLE', { file: lock }, { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes what writers left that were killed before they had the lock. */
async function removeDrafts(lock: string): Promise<void> {
  const prefix = `${basename(lock)}.`;
  for (const name of await readdir(dirname(lock))) {
    // As long as a UUID: nothing else of that name is ours.
    if (!name.startsWith(prefix) || name.length !== prefix.length + 36) continue;
    const draft = join(dirname(lock), name);
    const [text, { mtimeMs }] = await Promise.all([readName(draft), stat(draft)]);
    if (await isAbandoned(text, Date.now() - mtimeMs, longLeaseMilliseconds))
      await rm(draft, { force: true });
  }
}

/** Bytes of what a lock says at most; only what is no lock of ours is longer. */
const longestName = 1024;

/** Of a pipe or a device of that name nothing is read: that could last for ever. */
async function readName(lock: string): Promise<string> {
  return (await readHead(lock, longestName)).toString();
}

async function look(lock: string): Promise<Seen | undefined> {
  try {
    const stats = await lstat(lock, { bigint: true });
    // A link that leads nowhere would be missing to whoever reads it, and in the way of whoever makes it.
    if (!stats.isFile()) throw new TypeError('It is no regular file.');
    return { text: await readName(lock), version: `${stats.ino}:${stats.mtimeNs}` };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DocclfError('FILE_UNWRITABLE', { file: lock }, { cause });
  }
}

async function leaseOn(lock: string): Promise<number> {
  if (process.platform !== 'linux') return longLeaseMilliseconds;
  const type = await statfs(dirname(lock)).then(
    ({ type }) => type,
    () => undefined,
  );
  return type !== undefined && localFileSystems.has(type) ? leaseMilliseconds : longLeaseMilliseconds;
}

async function isAbandoned(text: string, untouched: number, lease: number): Promise<boolean> {
  const [, pid, host, since] = /^(\d+) on (\S+)(?: since (\S+))?/.exec(text) ?? [];
  if (pid === undefined || Number(pid) === 0) return untouched >= namelessMilliseconds;
  if (untouched >= longLeaseMilliseconds) return true;
  if (host !== hostname()) return untouched >= lease;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  if (since === undefined) return untouched >= lease;
  // The pid lives, but may be another process by now: after a restart of a container all are 1 again.
  return since !== (await startOf(Number(pid)));
}

/** When a process began, in the system's ticks, where the system tells: Linux. */
async function startOf(pid: number): Promise<string> {
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22; the name of the program, in brackets, may hold spaces.
  return facts.slice(facts.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
}

/** By a rename, of which one process succeeds. If that took another lock than the one judged, it is put back. */
async function takeAway(file: string, lock: string, judged: Seen): Promise<void> {
  const away = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, away);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new DocclfError('FILE_UNWRITABLE', { file: lock }, { cause });
  }
  const taken = await look(away);
  if (taken?.text === judged.text) await removeLeftovers(file).catch(() => {});
  else await link(away, lock).catch(() => {});
  await rm(away, { force: true });
}
