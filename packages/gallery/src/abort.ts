/** One listener a signal, however many calls wait on it: Node warns of a leak from the eleventh on, and a photo is searched by thirteen vectors. */
import type { Signal } from '@docclf/core';

interface Waiting {
  readonly calls: Set<() => void>;
  readonly onAbort: () => void;
}

const waitingOn = new WeakMap<object, Waiting>();

/** Calls back when the signal is raised; returns what ends the waiting. */
export function whenAborted(signal: Signal, call: () => void): () => void {
  const waiting = waitingOn.get(signal) ?? listen(signal);
  waiting.calls.add(call);
  return () => {
    waiting.calls.delete(call);
    if (waiting.calls.size > 0) return;
    signal.removeEventListener('abort', waiting.onAbort);
    waitingOn.delete(signal);
  };
}

function listen(signal: Signal): Waiting {
  const calls = new Set<() => void>();
  const waiting: Waiting = { calls, onAbort: () => [...calls].forEach((call) => void call()) };
  signal.addEventListener('abort', waiting.onAbort, { once: true });
  waitingOn.set(signal, waiting);
  return waiting;
}
