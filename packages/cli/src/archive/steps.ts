/** One step of sorting: made so that it is done or not at all, and finished or taken back after a crash. */
import { resolve } from 'node:path';
import { haveSameBytes, isSameFile, look, lookAtName, versionOf } from '../files/identity.ts';
import { type FilePath, joinPath, parentOf } from '../files/paths.ts';
import type { Disk } from './disk.ts';
import type { Journal, Step } from './journal.ts';
import { copy, tryLink } from './transfer.ts';

export interface Steps {
  /** @returns false where `to` is taken: nothing is changed then */
  make(step: Step): Promise<boolean>;
  /** After a crash, by whoever has the lock now. */
  recover(step: Step): Promise<void>;
}

/** @param root what relative paths of steps are relative to */
export function createSteps(root: string, journal: Journal, disk: Disk): Steps {
  async function make(step: Step): Promise<boolean> {
    await journal.begin(step);
    let version: string | undefined;
    try {
      version = await bring(disk, placesOf(root, step));
    } catch (error) {
      // As far as the disk lets us: what cannot be taken back now is taken back by the next step.
      await recover(step).catch(() => {});
      throw error;
    }
    await journal.end(step.id, version);
    return version !== undefined;
  }

  async function recover(step: Step): Promise<void> {
    await journal.end(step.id, await settle(disk, placesOf(root, step)));
  }

  return { make, recover };
}

interface Places extends Pick<Step, 'way'> {
  readonly from: FilePath;
  readonly to: FilePath;
  /** In the folder of the target, so that it comes there by a rename. Its name cannot be foreseen. */
  readonly temporary: FilePath;
}

function placesOf(root: string, { id, way, ...step }: Step): Places {
  const at = (path: FilePath) => (typeof path === 'string' ? resolve(root, path) : path);
  const [from, to] = [at(step.from), at(step.to)];
  return { way, from, to, temporary: joinPath(parentOf(to), Buffer.from(`.docclf-${id}.part`)) };
}

/** The version that is at `to` then; undefined where it is taken. */
async function bring(disk: Disk, places: Places): Promise<string | undefined> {
  const { way, from, to, temporary } = places;
  if (way === 'remove') {
    await disk.remove(from);
    return 'removed';
  }
  try {
    if (way === 'link') await disk.link(from, to);
    else if (way === 'copy' || !(await tryLink(disk, from, to))) await copy(disk, from, to, temporary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const version = versionOf((await look(to))!);
  if (way === 'move') await leave(disk, places);
  return version;
}

/** Where the old name cannot be taken away, as in a folder that may only be read, the new one goes: never both. */
async function leave(disk: Disk, { from, to }: Places): Promise<void> {
  try {
    await disk.remove(from);
  } catch (error) {
    await disk.remove(to);
    throw error;
  }
}

/** Forwards where the target is whole, else back; never takes away the last name of anything. */
async function settle(disk: Disk, places: Places): Promise<string | undefined> {
  const { way, from, to, temporary } = places;
  const source = await look(from);
  if (way === 'remove') return source === undefined ? 'removed' : undefined;
  if (source !== undefined && (await lookAtName(temporary))) await disk.remove(temporary);
  const target = await look(to);
  if (target === undefined) return undefined;
  if (source === undefined) return way === 'move' ? versionOf(target) : undefined;
  if (isSameFile(source, target) ? way === 'copy' : !(await haveSameBytes(from, to))) {
    // A name that was kept for what never came.
    if (target.size === 0n && source.size > 0n) await disk.remove(to);
    return undefined;
  }
  try {
    if (way === 'move') await leave(disk, places);
    return versionOf(target);
  } catch {
    return undefined;
  }
}
