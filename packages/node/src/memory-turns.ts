/** Decodings that take much memory share one allowance: those that do not fit beside the running ones wait for their turn. */
import { throwIfAborted } from '@docclf/core/implementer';

/** Of all decodings of the process together; one that takes more runs alone. */
const allowance = 2 ** 29;
/** A photograph of 12 megapixels in any format does not wait for a stranger's worst. */
const unnoticed = 2 ** 26;

let taken = 0;
const waiting: (() => boolean)[] = [];

/**
 * Runs `work` when its memory is free, in the order of the calls.
 *
 * @param bytes what it takes, about
 * @throws ABORTED while it waits
 */
export async function withMemory<Result>(
  bytes: number,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (bytes <= unnoticed) return work();
  const share = Math.min(bytes, allowance);
  await turnOf(share, signal);
  try {
    return await work();
  } finally {
    taken -= share;
    next();
  }
}

function turnOf(share: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      waiting.splice(waiting.indexOf(start), 1);
      try {
        throwIfAborted(signal, 'Decoding');
      } catch (error) {
        reject(error);
      }
      next();
    };
    const start = () => {
      if (taken + share > allowance) return false;
      taken += share;
      signal?.removeEventListener('abort', giveUp);
      resolve();
      return true;
    };
    waiting.push(start);
    signal?.addEventListener('abort', giveUp);
    next();
  });
}

function next(): void {
  while (waiting[0]?.()) waiting.shift();
}
