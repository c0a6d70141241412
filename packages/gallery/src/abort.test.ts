import { describe, expect, it } from 'vitest';
import { whenAborted } from './abort.ts';

/** A signal that counts its listeners. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners++;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners--;
    remove(...given);
  };
  return { controller, signal, listeners: () => listeners };
}

describe('whenAborted', () => {
  it('listens once for many calls, and not at all once all have ended', () => {
    const { signal, listeners } = counted();
    const ends = Array.from({ length: 40 }, () => whenAborted(signal, () => {}));
    expect(listeners()).toBe(1);
    for (const end of ends) end();
    expect(listeners()).toBe(0);
    whenAborted(signal, () => {})();
    expect(listeners()).toBe(0);
  });

  it('tells each call that still waits, and each for itself', () => {
    const { controller, signal } = counted();
    const told: string[] = [];
    const end = whenAborted(signal, () => told.push('ended'));
    whenAborted(signal, () => told.push('first'));
    whenAborted(signal, () => told.push('second'));
    end();
    controller.abort();
    expect(told).toEqual(['first', 'second']);
  });
});
