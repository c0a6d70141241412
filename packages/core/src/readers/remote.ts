/** A reader whose work is done in threads of their own, which end when a file takes too long. */
import { DocclfError, throwIfAborted } from '../errors.ts';
import type { Signal } from '../platform.ts';
import { fromWire } from '../wire-error.ts';
import type { PageReader, ReadPage } from './contract.ts';
import { type Conversation, converse, type ReaderThread, waitFor } from './conversation.ts';
import type { FromReader, ToReader } from './messages.ts';

export interface TimeLimits {
  /** Seconds that a file may take, besides those for its pages. Default 20. */
  readonly seconds?: number | undefined;
  /** Seconds more for each page that has come. Default 1. */
  readonly secondsAPage?: number | undefined;
}

/** Milliseconds in which a thread starts, on a machine that is busy. */
const startTime = 60_000;

/**
 * Documents can be read side by side, each in a thread of its own; threads are kept for the next. The next page is made
 * while the caller works on the last. A file that takes too long ends its thread, and none of the others.
 *
 * @throws RUNTIME_FAILED when no thread can be started
 */
export async function createRemoteReader(
  start: () => ReaderThread,
  { seconds = 20, secondsAPage = 1 }: TimeLimits = {},
): Promise<PageReader> {
  const idle: Conversation[] = [];
  let closed = false;

  async function startThread(): Promise<
    Conversation & { readonly facts: Extract<FromReader, { kind: 'ready' }> }
  > {
    const thread = converse(start());
    try {
      const facts = await waitFor(thread.answer(), startTime, undefined);
      if (facts?.kind === 'ready') return Object.assign(thread, { facts });
      throw facts?.kind === 'failed' ? fromWire(facts.error) : new Error('it did not start in time');
    } catch (cause) {
      thread.end();
      if (DocclfError.is(cause)) throw cause;
      throw new DocclfError('RUNTIME_FAILED', { operation: 'start the thread of a reader' }, { cause });
    }
  }

  const first = await startThread();
  const { formats, tooCostly, splits } = first.facts;
  first.setIdle(true);
  idle.push(first);

  async function* read<Result>(
    request: Exclude<ToReader, { kind: 'next' | 'end' }>,
    signal: Signal | undefined,
    resultOf: (message: FromReader) => Result,
  ): AsyncGenerator<Result, void, void> {
    if (closed) throw new DocclfError('CLOSED', { what: 'reader' });
    throwIfAborted(signal, 'Reading');
    const thread = idle.pop() ?? (await startThread());
    thread.setIdle(false);
    const source = request.options.source ?? 'the file';
    let left = seconds * 1000;
    let page = request.kind === 'pages' ? (request.options.from ?? 1) : undefined;

    async function answer(): Promise<FromReader> {
      const asked = performance.now();
      const where = { source, ...(page !== undefined && { page }) };
      let message: FromReader | undefined;
      try {
        message = await waitFor(thread.answer(), left, signal);
      } catch (cause) {
        thread.end();
        // It is gone as threads go that run out of memory.
        throw DocclfError.is(cause)
          ? cause
          : new DocclfError(tooCostly, { ...where, limit: 'memory' }, { cause });
      }
      left -= performance.now() - asked;
      if (message) return message;
      thread.end();
      throw new DocclfError(tooCostly, { ...where, limit: 'time' });
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
        yield resultOf(message);
      }
    } finally {
      if (closed) thread.end();
      else if (!thread.hasEnded) {
        thread.ask({ kind: 'end' });
        // What was asked for ahead is answered first.
        const answers = isDone ? [answer] : [answer, answer];
        void (async () => {
          for (const one of answers) await one();
          thread.setIdle(true);
          idle.push(thread);
        })().catch(() => thread.end());
      }
    }
  }

  return {
    formats,
    tooCostly,
    async *pages(bytes, { signal, ...options } = {}) {
      yield* read({ kind: 'pages', bytes, options }, signal, pageOf);
    },
    split: splits
      ? async function* (bytes, parts, { signal, ...options } = {}) {
          yield* read({ kind: 'split', bytes, parts, options }, signal, fileOf);
        }
      : undefined,
    close() {
      closed = true;
      for (const thread of idle.splice(0)) thread.end();
    },
  };
}

function pageOf(message: FromReader): ReadPage {
  const { page } = message as Extract<FromReader, { kind: 'page' }>;
  return 'error' in page ? { ...page, error: fromWire(page.error) as DocclfError } : page;
}

function fileOf(message: FromReader): Uint8Array {
  return (message as Extract<FromReader, { kind: 'file' }>).bytes;
}
