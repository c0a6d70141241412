/** Undo: one step of an archive taken back, if what it made is still as it was made. */
import { dirname, resolve } from 'node:path';
import { look, lookAtName, versionOf } from '../files/identity.ts';
import { type FilePath, parentOf } from '../files/paths.ts';
import type { Disk } from './disk.ts';
import type { FinishedStep, Journal, Step, Way } from './journal.ts';
import type { Steps } from './steps.ts';

export interface Undone {
  readonly step: FinishedStep;
  /** `back`, or why it stayed as it is. */
  readonly became: 'back' | 'gone' | 'changed' | 'occupied' | 'only copy';
}

export interface TakeBackParts {
  readonly root: string;
  readonly journal: Journal;
  readonly steps: Steps;
  readonly disk: Disk;
  readonly stepFor: (way: Way, from: FilePath, to: FilePath, source: string, undoes: string) => Step;
}

export async function takeBack(step: FinishedStep, parts: TakeBackParts): Promise<Undone['became']> {
  const { root, journal, steps, disk, stepFor } = parts;
  const path = resolve(root, step.to as string);
  const there = await look(path);
  const stepBack = (way: Way) => stepFor(way, step.to, step.from, there ? versionOf(there) : 'gone', step.id);
  if (there === undefined) {
    // Somebody else has taken it, and no later `undo` need look for it again.
    const nothing = stepBack('remove');
    await journal.begin(nothing);
    await journal.end(nothing.id, 'gone');
    return 'gone';
  }
  if (step.way === 'move') {
    if ((await lookAtName(step.from)) !== undefined) return 'occupied';
    await disk.makeFolder(parentOf(step.from));
    if (!(await steps.make(stepBack('move')))) return 'occupied';
  } else {
    if (versionOf(there) !== step.version) return 'changed';
    if ((await look(step.from)) === undefined) return 'only copy';
    await steps.make(stepBack('remove'));
  }
  await removeEmpty(disk, root, dirname(path));
  return 'back';
}

/** Folders that sorting made, as far as nothing is left in them. */
async function removeEmpty(disk: Disk, root: string, path: string): Promise<void> {
  for (let at = path; at !== root && at.startsWith(root); at = dirname(at)) {
    try {
      await disk.removeFolder(at);
    } catch {
      return;
    }
  }
}

/** Of the last run that has anything left to take back: its steps in their order. */
export function lastRun(steps: readonly FinishedStep[]): FinishedStep[] {
  const taken = new Set(steps.map(({ undoes }) => undoes));
  const open = steps.filter(({ id, undoes }) => undoes === undefined && !taken.has(id));
  const last = open.at(-1)?.run;
  return open.filter(({ run }) => run === last);
}
