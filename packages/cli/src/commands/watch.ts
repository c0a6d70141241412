/** docclf watch: sort, as files arrive. */
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type FoundFile, findFiles, type LeftOut } from '../files/find-files.ts';
import { assertOtherFolder } from '../files/folders.ts';
import { matters, wordFor } from '../files/left-out.ts';
import { createSettling } from '../files/settling.ts';
import { createSorter, type SortCommandOptions } from './sort.ts';

export interface WatchCommandOptions extends Omit<SortCommandOptions, 'dryRun'> {
  readonly settle: number;
}

/** Looks anyway after so long: not every system tells of every change, and none tells of a gallery's. */
const longestWait = 5000;

export async function watch(context: Context, folder: string, options: WatchCommandOptions): Promise<number> {
  const { screen, signal } = context;
  await assertOtherFolder(folder, options.to, '--to');
  const sorter = await createSorter(context, options);
  const settling = createSettling(options.settle);
  const changes = createChanges(folder);
  const tellLeftOut = onceEach(screen.note);
  let revision: string | undefined;
  try {
    screen.note(`Watching ${folder}.`);
    while (!signal.aborted) {
      const now = await sorter.revision();
      if (now !== revision) settling.forget();
      revision = now;
      const seen = changes.next();
      const { files, leftOut } = await findFiles([folder], { signal, without: options.to, mayBeEmpty: true });
      tellLeftOut(leftOut.filter(matters));
      const settled: readonly FoundFile[] = settling.take(files);
      if (settled.length > 0) {
        const code = await sorter.sort({ files: settled, leftOut: [] }, 'on a terminal');
        if (code === exitCodes.interrupted) break;
      } else if (settling.isWaiting) await pause(Math.min(1000, Math.max(50, options.settle * 250)), signal);
      else await Promise.race([seen, pause(longestWait, signal)]);
    }
    screen.note('Stopped.');
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.done;
    throw error;
  } finally {
    changes.close();
    await sorter.close();
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  wait(milliseconds, undefined, { signal }).catch(() => {});

/** Changes of a folder as promises: each is of the first change after it was asked for. */
function createChanges(folder: string) {
  let wake = () => {};
  let watcher: FSWatcher | undefined;
  try {
    watcher = watchFolder(folder, { recursive: true }, () => wake());
    // Without it there is still the look every few seconds.
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  return {
    next: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    close: () => watcher?.close(),
  };
}

/** Each file is told of once, for as long as it lies there. */
function onceEach(note: (line: string) => void): (leftOut: readonly LeftOut[]) => void {
  let told = new Set<string>();
  return (leftOut) => {
    for (const { file, kind } of leftOut) if (!told.has(file)) note(`left out: ${file} (${wordFor(kind)})`);
    told = new Set(leftOut.map(({ file }) => file));
  };
}
