/** For how long the event loop does nothing else: the longest stretch between two turns of a timer. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * Milliseconds of work of the main thread, where the system tells them (Linux): waiting for a core that another program has
 * is no block of ours. Elsewhere the clock.
 */
function clock(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

export function watchLoop() {
  let last = clock();
  let longest = 0;
  const turn = () => {
    const now = clock();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(turn, 1);
  return {
    reset() {
      last = clock();
      longest = 0;
    },
    /** Since `reset`, what is going on now included. */
    longest(): number {
      turn();
      return longest;
    },
    stop: () => clearInterval(timer),
  };
}
