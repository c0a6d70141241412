/** A reader whose work is done in threads of their own, which end when a file takes too long. */
import { DocclfError, throwIfAborted } from '../errors.ts';
import type { OptionKind, OptionTable } from '../options.ts';
import type { Signal } from '../platform.ts';
import { fromWire } from '../wire-error.ts';
import type { PageReader, ReadPage, ScannedPage } from './contract.ts';
import { type Conversation, converse, type ReaderThread, waitFor } from './conversation.ts';
import type { FromReader, ToReader } from './messages.ts';

export interface TimeLimits {
  /** Seconds that a file may take, besides those for its pages. Default 20. */
  readonly seconds?: number | undefined;
  /** Seconds more for each page that has come. Default 1. */
  readonly secondsAPage?: number | undefined;
}

const positive: OptionKind = {
  expected: 'a number above 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};
/** Of `TimeLimits`, for who checks what was passed. */
export const timeLimitOptions: OptionTable<TimeLimits> = { seconds: positive, secondsAPage: positive };

type Request = Exclude<ToReader, { kind: 'next' | 'end' }>;
type Ready = Extract<FromReader, { kind: 'ready' }>;

/** Milliseconds in which a thread starts, on a machine that is busy. */
const startTime = 60_000;
const defaultSeconds = 20;
const defaultSecondsAPage = 1;

/**
 * Documents can be read side by side, each in a thread of its own; threads are kept for the next. The next page is made
 * while the caller works on the last. A file that takes too long ends its thread, and none of the others.
 *
 * @throws RUNTIME_FAILED when no thread can be started
 */
export async function createRemoteReader(
  start: () => ReaderThread,
  limits: TimeLimits = {},
): Promise<PageReader> {
  const idle: Conversation[] = [];
  let closed = false;
  const first = await startThread(start);
  const { formats, tooCostly, splits, scans } = first.ready;
  rest(first.thread);

  function rest(thread: Conversation): void {
    if (closed) thread.end();
    else {
      thread.setIdle(true);
      idle.push(thread);
    }
  }

  async function* read<Result>(
    request: Request,
    signal: Signal | undefined,
    resultOf: (message: FromReader) => Result,
  ): AsyncGenerator<Result, void, void> {
    if (closed) throw new DocclfError('CLOSED', { what: 'reader' });
    throwIfAborted(signal, 'Reading');
    const thread = idle.pop() ?? (await startThread(start)).thread;
    thread.setIdle(false);
    for await (const message of answersTo(request, thread, { ...limits, tooCostly, signal, rest })) {
      yield resultOf(message);
    }
  }

  return {
    formats,
    tooCostly,
    pages: (bytes, { signal, ...options } = {}) =>
      read({ kind: 'pages', bytes, options }, signal, (message) => pageOf(message) as ReadPage),
    scans: scans
      ? (bytes, { signal, ...options } = {}) => read({ kind: 'scans', bytes, options }, signal, pageOf)
      : undefined,
    split: splits
      ? (bytes, parts, { signal, ...options } = {}) =>
          read({ kind: 'split', bytes, parts, options }, signal, fileOf)
      : undefined,
    close() {
      closed = true;
      for (const thread of idle.splice(0)) thread.end();
    },
  };
}

async function startThread(
  start: () => ReaderThread,
): Promise<{ readonly thread: Conversation; readonly ready: Ready }> {
  const thread = converse(start());
  try {
    const ready = await waitFor(thread.answer(), startTime, undefined);
    if (ready?.kind === 'ready') return { thread, ready };
    throw ready?.kind === 'failed' ? fromWire(ready.error) : new Error('it did not start in time');
  } catch (cause) {
    thread.end();
    if (DocclfError.is(cause)) throw cause;
    throw new DocclfError('RUNTIME_FAILED', { operation: 'start the thread of a reader' }, { cause });
  }
}

interface Terms extends TimeLimits, Pick<PageReader, 'tooCostly'> {
  readonly signal: Signal | undefined;
  /** Takes the thread back. */
  readonly rest: (thread: Conversation) => void;
}

/** Pages or files, one by one; the thread rests behind the last, or is ended where the reader is spent. */
async function* answersTo(
  request: Request,
  thread: Conversation,
  { seconds = defaultSeconds, secondsAPage = defaultSecondsAPage, tooCostly, signal, rest }: Terms,
): AsyncGenerator<FromReader, void, void> {
  let left = seconds * 1000;
  let page = request.kind !== 'split' ? (request.options.from ?? 1) : undefined;

  function costly(limit: 'time' | 'memory', cause?: unknown): DocclfError {
    const { source = 'the file' } = request.options;
    return new DocclfError(tooCostly, { source, ...(page !== undefined && { page }), limit }, { cause });
  }

  /** @throws what `tooCostly` says, ABORTED; then the thread has ended */
  async function answer(): Promise<FromReader> {
    const asked = performance.now();
    try {
      const message = await waitFor(thread.answer(), left, signal);
      if (message === undefined) throw costly('time');
      left -= performance.now() - asked;
      return message;
    } catch (cause) {
      thread.end();
      // It is gone as threads go that run out of memory.
      throw DocclfError.is(cause) ? cause : costly('memory', cause);
    }
  }

  let isDone = false;
  try {
    thread.ask(request);
    thread.ask({ kind: 'next' });
    await answer();
    while (true) {
      const message = await answer();
      isDone = message.kind === 'done' || message.kind === 'failed';
      if (message.kind === 'failed') throw fromWire(message.error);
      if (message.kind === 'done') return;
      thread.ask({ kind: 'next' });
      left += secondsAPage * 1000;
      if (page !== undefined) page++;
      yield message;
    }
  } finally {
    if (!thread.hasEnded) {
      thread.ask({ kind: 'end' });
      // Nobody waits for that. What was asked for ahead is answered first.
      const answers = isDone ? 1 : 2;
      const settled = async () => {
        if (answers === 2) await answer();
        const last = await answer();
        if (last.kind === 'done' && last.isSpent) thread.end();
        else rest(thread);
      };
      settled().catch(thread.end);
    }
  }
}

function pageOf(message: FromReader): ReadPage | ScannedPage {
  const { page } = message as Extract<FromReader, { kind: 'page' }>;
  return 'error' in page ? { ...page, error: fromWire(page.error) as DocclfError } : page;
}

function fileOf(message: FromReader): Uint8Array {
  return (message as Extract<FromReader, { kind: 'file' }>).bytes;
}
