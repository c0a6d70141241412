/** Questions to a reader's thread and its answers, which come in the order of the questions. */
import { DocclfError } from '../errors.ts';
import type { Signal } from '../platform.ts';
import type { FromReader, Port, ToReader } from './messages.ts';

/** A thread in which `serveReader` runs. */
export interface ReaderThread extends Port<ToReader, FromReader> {
  /** The listener is called when the thread is gone without having been asked to, with the cause. */
  onDeath(listener: (cause: unknown) => void): void;
  /** Ends it at once, whatever it is doing. */
  end(): void;
  /** An idle thread keeps no process alive. */
  setIdle?(isIdle: boolean): void;
}

export interface Conversation {
  readonly hasEnded: boolean;
  ask(message: ToReader): void;
  /** The next answer that nobody has taken yet. Rejects when the thread is gone. */
  answer(): Promise<FromReader>;
  setIdle(isIdle: boolean): void;
  end(): void;
}

export function converse(thread: ReaderThread): Conversation {
  const answers: FromReader[] = [];
  const waiting: { resolve(answer: FromReader): void; reject(cause: unknown): void }[] = [];
  let hasEnded = false;
  let death: { readonly cause: unknown } | undefined;
  thread.receive((answer) => {
    const first = waiting.shift();
    if (first) first.resolve(answer);
    else answers.push(answer);
  });
  thread.onDeath((cause) => {
    if (hasEnded) return;
    hasEnded = true;
    death = { cause };
    for (const { reject } of waiting.splice(0)) reject(cause);
  });
  return {
    get hasEnded() {
      return hasEnded;
    },
    ask: (message) => {
      if (!hasEnded) thread.send(message);
    },
    answer: () =>
      new Promise((resolve, reject) => {
        const ready = answers.shift();
        if (ready) resolve(ready);
        else if (death) reject(death.cause);
        else waiting.push({ resolve, reject });
      }),
    setIdle: (isIdle) => thread.setIdle?.(isIdle),
    end() {
      if (!hasEnded) thread.end();
      hasEnded = true;
    },
  };
}

/**
 * What a promise resolves to; undefined when it has not after some time.
 *
 * @throws ABORTED, and what it rejects with
 */
export function waitFor<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  signal: Signal | undefined,
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      settle(() => reject(new DocclfError('ABORTED', { operation: 'Reading' }, { cause: signal?.reason })));
    const timer = setTimeout(() => settle(() => resolve(undefined)), Math.max(0, milliseconds));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      how();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (cause) => settle(() => reject(cause)),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
