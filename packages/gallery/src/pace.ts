/** Long work in slices: timers, requests and clicks come through between them. */

/** Milliseconds of a slice. A page draws every 16 ms, and a busy machine takes a multiple of what was meant. */
const slice = 10;

export interface Pace {
  /** True when the slice is used up; asking costs some ten nanoseconds. */
  readonly isDue: boolean;
  /** Lets everything else through that waits, then begins another slice. */
  pause(): Promise<void>;
}

/** The first slice begins now. */
export function createPace(): Pace {
  let endsAt = performance.now() + slice;
  return {
    get isDue() {
      return performance.now() >= endsAt;
    },
    async pause() {
      await new Promise<void>((resolve) => void setTimeout(resolve));
      endsAt = performance.now() + slice;
    },
  };
}

/** For work that must not wait for anything else. */
export const withoutPauses: Pace = { isDue: false, pause: async () => {} };
