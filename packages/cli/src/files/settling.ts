/** Which files have been left alone for a while: nobody is writing to them any more. */
import type { FoundFile } from './find-files.ts';

export interface Settling {
  /**
   * Of all files that there are now, those that are settled and were not taken yet as they are. They count as taken from
   * then on, until they are written to again.
   */
  take(files: readonly FoundFile[]): FoundFile[];
  /** Whether there are some that are not settled yet. */
  readonly isWaiting: boolean;
  /** Everything is to be taken again. */
  forget(): void;
}

/** @param now milliseconds of a clock that cannot be set */
export function createSettling(seconds: number, now: () => number = () => performance.now()): Settling {
  let seen = new Map<string, { readonly version: string; readonly since: number; taken: boolean }>();
  let isWaiting = false;
  return {
    take(files) {
      const before = seen;
      seen = new Map();
      isWaiting = false;
      return files.filter((found) => {
        // What cannot be read has no version, and is as settled as it will be.
        const version = 'error' in found ? 'unreadable' : (found.version ?? '');
        const last = before.get(found.file);
        const entry = last?.version === version ? last : { version, since: now(), taken: false };
        seen.set(found.file, entry);
        if (entry.taken) return false;
        const isSettled = 'error' in found || now() - entry.since >= seconds * 1000;
        if (!isSettled) isWaiting = true;
        entry.taken = isSettled;
        return isSettled;
      });
    },
    get isWaiting() {
      return isWaiting;
    },
    forget() {
      for (const entry of seen.values()) entry.taken = false;
    },
  };
}
