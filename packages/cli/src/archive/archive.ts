/**
 * A folder that files are sorted into. Nothing in it is overwritten, and each step is in its journal before and after it
 * is made, so that whoever comes next finishes what a crash left, and `undo` takes it back.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { withFileLock } from '@docclf/node/files';
import { look, lookAtName, versionOf } from '../files/identity.ts';
import { absolutePath, type FilePath, shownPath } from '../files/paths.ts';
import { type Disk, realDisk } from './disk.ts';
import { createJournal, type FinishedStep, type Step, type Way } from './journal.ts';
import { createNames } from './names.ts';
import { createSteps } from './steps.ts';
import { lastRun, takeBack, type Undone } from './take-back.ts';

/** Hidden, so that no run takes it for a document. */
const journalName = '.docclf-journal.ndjson';
/** In a folder of its own: whoever takes a lock lists what lies beside it, and archives hold a hundred thousand files. */
const lockName = join('.docclf-lock', 'journal');

type Stored =
  /** `to` is its new path. */
  | { readonly became: 'done' | 'there already'; readonly to: string }
  /** Somebody else took it away, as a second run does. */
  | { readonly became: 'gone' };

export interface Archive {
  /**
   * Brings a file to a path below the archive, under the first number that is free.
   *
   * @param version of the file when it was looked at
   * @throws FILE_CHANGED, FILE_UNWRITABLE, FILE_UNREADABLE, GALLERY_LOCKED
   */
  store(from: FilePath, path: string, version: string, way: Exclude<Way, 'remove'>): Promise<Stored>;
  /** The path that `store` would take, as things are now. */
  plan(path: string): Promise<string>;
  /** Takes back the last run that has anything left to take back, its last step first. */
  undo(): AsyncGenerator<Undone, void, void>;
}

/** Nothing is made before the first file is stored. */
export function openArchive(folder: string, disk: Disk = realDisk): Archive {
  const root = resolve(folder);
  const file = join(root, journalName);
  const lock = join(root, lockName);
  const journal = createJournal(file, disk);
  const steps = createSteps(root, journal, disk);
  const names = createNames(root);
  const run = randomUUID();
  let copied: ReadonlyMap<string, FinishedStep> | undefined;

  /** One step at a time, whoever makes it; what a crash left is finished first. */
  function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return told(file, async () => {
      await disk.makeFolder(dirname(lock));
      return withFileLock(lock, async (assertHeld) => {
        const unfinished = await journal.unfinished();
        if (unfinished) await steps.recover(unfinished);
        await assertHeld();
        return work();
      });
    });
  }

  const stepFor = (way: Way, from: FilePath, to: FilePath, source: string, undoes?: string): Step => {
    const step = { id: randomUUID(), run, time: new Date().toISOString(), way, from, to, source };
    return undoes === undefined ? step : { ...step, undoes };
  };

  /** Copies and links stay where they are, and would be made again by the next run. */
  async function madeBefore(from: FilePath, version: string): Promise<string | undefined> {
    copied ??= copiesOf(await journal.finished());
    const step = copied.get(keyOf(from));
    if (step?.source !== version) return undefined;
    const to = resolve(root, step.to as string);
    return (await lookAtName(to)) ? to : undefined;
  }

  return {
    store(from, path, version, way) {
      const source = absolutePath(from);
      return alone(async () => {
        const before = await look(source);
        if (before === undefined) return { became: 'gone' };
        if (versionOf(before) !== version) throw new DocclfError('FILE_CHANGED', { file: shownPath(from) });
        const earlier = way === 'move' ? undefined : await madeBefore(source, version);
        if (earlier) return { became: 'there already', to: earlier };
        await disk.makeFolder(dirname(join(root, path)));
        while (true) {
          const to = await names.free(path);
          // Somebody may make a file of that name in between: the next number then.
          if (await steps.make(stepFor(way, source, relative(root, to), version)))
            return { became: 'done', to };
        }
      });
    },
    plan: names.plan,
    async *undo() {
      let open: FinishedStep[] | undefined;
      while (true) {
        const undone = await alone(async () => {
          open ??= lastRun(await journal.finished());
          const step = open.pop();
          return step && { step, became: await takeBack(step, { root, journal, steps, disk, stepFor }) };
        });
        if (undone === undefined) return;
        yield undone;
      }
    },
  };
}

/** What the disk refuses, as an error that says where. */
async function told<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const { code, path, dest } = cause as NodeJS.ErrnoException & { readonly dest?: string };
    if (DocclfError.is(cause) || code === undefined) throw cause;
    throw new DocclfError('FILE_UNWRITABLE', { file: String(dest ?? path ?? file) }, { cause });
  }
}

function keyOf(path: FilePath): string {
  return typeof path === 'string' ? path : path.toString('latin1');
}

function copiesOf(steps: readonly FinishedStep[]): Map<string, FinishedStep> {
  const taken = new Set(steps.map(({ undoes }) => undoes));
  const copies = steps.filter(({ way, id }) => (way === 'copy' || way === 'link') && !taken.has(id));
  return new Map(copies.map((step) => [keyOf(step.from), step]));
}
