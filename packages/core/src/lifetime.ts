/** Nothing is released under the work that stands on it. */
import { DocclfError } from './errors.ts';

export interface Lifetime {
  /**
   * Starts work that `close` will wait for.
   *
   * @throws CLOSED once `close` was called
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Waits for the running work, then releases; further calls wait for the same. */
  close(): Promise<void>;
}

/** @param what names the closed thing in the error */
export function createLifetime(what: string, release: () => Promise<void>): Lifetime {
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    async run(work) {
      if (closing) throw new DocclfError('CLOSED', { what });
      const result = work();
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },
    close() {
      closing ??= Promise.allSettled(running).then(release);
      return closing;
    },
  };
}
