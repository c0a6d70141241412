/**
 * What sorting did, a line before and a line after each step (NDJSON, in the archive). Steps are made under one lock, so
 * that at most the last of them is unfinished.
 */
import { open as openFile, readFile, stat } from 'node:fs/promises';
import { DocclfError } from '@docclf/core';
import type { FilePath } from '../files/paths.ts';
import type { Disk } from './disk.ts';

/** A path that is not UTF-8 is written as its bytes, in base64. */
type WrittenPath = string | { readonly bytes: string };

/** `move`, `copy` and `link` make `to`; `remove` takes `from` away. */
export type Way = 'move' | 'copy' | 'link' | 'remove';

const ways: Readonly<Record<Way, true>> = { move: true, copy: true, link: true, remove: true };

export interface Step {
  readonly id: string;
  /** All steps of one command. */
  readonly run: string;
  /** ISO 8601; for people alone, since clocks have steps. */
  readonly time: string;
  readonly way: Way;
  readonly from: FilePath;
  readonly to: FilePath;
  /** What `from` was. */
  readonly source: string;
  /** The step that this one takes back. */
  readonly undoes?: string | undefined;
}

export interface FinishedStep extends Step {
  /** What was at `to` when it was done. */
  readonly version: string;
}

interface BeginLine extends Omit<Step, 'id' | 'from' | 'to'> {
  readonly begin: string;
  readonly from: WrittenPath;
  readonly to: WrittenPath;
}
/** Without a version the step came to nothing. */
interface EndLine {
  readonly end: string;
  readonly version?: string | undefined;
}

/** Longer than any line: paths have 4 KiB at most, and each byte becomes six characters at most. */
const tailBytes = 128 * 1024;

export interface Journal {
  begin(step: Step): Promise<void>;
  end(id: string, version: string | undefined): Promise<void>;
  /** The last step, if it was begun and never ended, by whomever. What was half written is cut off. */
  unfinished(): Promise<Step | undefined>;
  /** All that was done, in its order. */
  finished(): Promise<FinishedStep[]>;
}

/** @throws from its methods: FILE_UNREADABLE for what is no journal, and what the disk throws */
export function createJournal(file: string, disk: Disk): Journal {
  /** Bytes of the file as this process left it, and the step that it has not ended. */
  let known = -1;
  let open: Step | undefined;

  async function append(line: BeginLine | EndLine): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    await disk.append(file, text);
    known += Buffer.byteLength(text);
  }

  return {
    async begin(step) {
      const { id, from, to, ...facts } = step;
      await append({ begin: id, ...facts, from: written(from), to: written(to) });
      open = step;
    },
    async end(id, version) {
      await append({ end: id, version });
      open = undefined;
    },
    async unfinished() {
      const size = await sizeOf(file);
      if (size === known) return open;
      const tail = await readTail(file, size);
      const whole = tail.lastIndexOf('\n') + 1;
      const torn = tail.length - whole;
      if (torn > 0) await disk.truncate(file, size - torn);
      known = size - torn;
      const last = tail.subarray(0, Math.max(0, whole - 1));
      const line = parse(file, last.subarray(last.lastIndexOf('\n') + 1).toString());
      open = line && 'begin' in line ? stepOf(line) : undefined;
      return open;
    },
    async finished() {
      const begun = new Map<string, Step>();
      const finished: FinishedStep[] = [];
      for (const text of (await readWhole(file)).split('\n').slice(0, -1)) {
        const line = parse(file, text);
        if (!line) continue;
        if ('begin' in line) begun.set(line.begin, stepOf(line));
        else {
          const step = begun.get(line.end);
          if (step && line.version !== undefined) finished.push({ ...step, version: line.version });
          begun.delete(line.end);
        }
      }
      return finished;
    },
  };
}

function stepOf({ begin, from, to, ...step }: BeginLine): Step {
  return { ...step, id: begin, from: read(from), to: read(to) };
}

function written(path: FilePath): WrittenPath {
  return typeof path === 'string' ? path : { bytes: path.toString('base64') };
}

function read(path: WrittenPath): FilePath {
  return typeof path === 'string' ? path : Buffer.from(path.bytes, 'base64');
}

/** A journal may be anybody's file: what is undone by it must be what was written. */
function isBegin(line: BeginLine | null): line is BeginLine {
  const isPath = (path: WrittenPath) => typeof path === 'string' || typeof path?.bytes === 'string';
  const isText = (value: unknown) => typeof value === 'string';
  return (
    [line?.begin, line?.run, line?.time, line?.source].every(isText) &&
    Object.hasOwn(ways, line!.way) &&
    isPath(line!.from) &&
    isPath(line!.to) &&
    (line!.undoes === undefined || isText(line!.undoes))
  );
}

function parse(file: string, text: string): BeginLine | EndLine | undefined {
  if (text === '') return undefined;
  try {
    const line = JSON.parse(text);
    if (isBegin(line) || typeof line?.end === 'string') return line;
  } catch {
    // Told below.
  }
  const cause = new Error(`A line that is none of a journal: ${text.slice(0, 80)}`);
  throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}

async function readTail(file: string, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  const handle = await openFile(file);
  try {
    const length = Math.min(size, tailBytes);
    const tail = Buffer.alloc(length);
    const { bytesRead } = await handle.read(tail, 0, length, size - length);
    return tail.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readWhole(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
}
