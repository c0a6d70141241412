import type { Signal } from '@docclf/core';

/**
 * Writes one after another: each waits for those before it, which may be long, and hears its signal meanwhile; then it
 * runs to its end, for what it did must be known.
 */
export type InTurn = <Result>(signal: Signal | undefined, work: () => Promise<Result>) => Promise<Result>;

/** @param assertNotAborted asked when a write's turn has come, and when its signal is raised before */
export function createQueue(assertNotAborted: (signal: Signal | undefined) => void): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(signal: Signal | undefined, work: () => Promise<Result>) =>
    new Promise<Result>((resolve, reject) => {
      const refuse = () => {
        try {
          assertNotAborted(signal);
        } catch (error) {
          reject(error);
        }
      };
      signal?.addEventListener('abort', refuse, { once: true });
      const turn = last.then(() => {
        signal?.removeEventListener('abort', refuse);
        assertNotAborted(signal);
        return work();
      });
      last = turn.catch(() => {});
      turn.then(resolve, reject);
    });
}
