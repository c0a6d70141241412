/** Frames a second over the last few frames. Pure. */

export interface FrameRate {
  /** Counts a frame that was done at this time (milliseconds); 0 until there are two. */
  tick(time: number): number;
}

/** @param window how many intervals are averaged */
export function createFrameRate(window = 20): FrameRate {
  const times: number[] = [];
  return {
    tick(time) {
      times.push(time);
      if (times.length > window + 1) times.shift();
      const elapsed = time - times[0]!;
      return elapsed > 0 ? ((times.length - 1) * 1000) / elapsed : 0;
    },
  };
}
