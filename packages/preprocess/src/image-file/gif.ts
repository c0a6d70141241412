/** The blocks of a GIF (GIF89a specification, sections 18 to 27), and whether each frame's code holds all of its pixels. */
import { viewOf } from './bytes.ts';
import { stepsAtOnce, type Walk } from './walk.ts';

export interface GifFacts {
  readonly frames: number;
  /** False when a frame's blocks run past the end of the file, or its code ends before its pixels do. */
  readonly isComplete: boolean;
}

export function* inspectGif(bytes: Uint8Array): Walk<GifFacts> {
  const view = viewOf(bytes);
  const colours = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let frames = 0;
  let at = 13 + colours(bytes[10] ?? 0);
  while (at + 10 < bytes.length) {
    if (bytes[at] === 0x21) at = yield* skipBlocks(bytes, at + 2);
    else if (bytes[at] !== 0x2c) break;
    else {
      frames++;
      const data = at + 10 + colours(bytes[at + 9]!);
      const pixels = view.getUint16(at + 5, true) * view.getUint16(at + 7, true);
      if (!(yield* holdsPixels(bytes, data, pixels))) return { frames, isComplete: false };
      at = yield* skipBlocks(bytes, data + 1);
    }
  }
  // What follows a picture that is complete does not matter.
  return { frames: Math.max(1, frames), isComplete: frames > 0 || at <= bytes.length };
}

/** Data comes in blocks that begin with their length; one of length 0 is the last. */
function* skipBlocks(bytes: Uint8Array, start: number): Walk<number> {
  let at = start;
  for (let steps = 1; at < bytes.length && bytes[at] !== 0; steps++) {
    at += bytes[at]! + 1;
    if (steps % stepsAtOnce === 0) yield;
  }
  return at + 1;
}

const mostCodes = 4096;

/**
 * Counts what the LZW code at `start` stands for, by the lengths of its strings alone: decoders paint what is missing in
 * the first colour and say nothing.
 */
function* holdsPixels(bytes: Uint8Array, start: number, pixels: number): Walk<boolean> {
  const rootBits = bytes[start] ?? 0;
  if (rootBits < 1 || rootBits > 11) return false;
  const clear = 2 ** rootBits;
  const lengths = new Uint32Array(mostCodes).fill(1, 0, clear);
  let next = clear + 2;
  let bits = rootBits + 1;
  let previous = 0;
  let counted = 0;
  let held = 0;
  let holds = 0;
  let at = start + 1;
  let block = bytes[at++] ?? 0;
  for (let steps = 1; counted < pixels; steps++) {
    if (steps % stepsAtOnce === 0) yield;
    for (; holds < bits; holds += 8) {
      if (block === 0 || at >= bytes.length) return false;
      held |= bytes[at++]! << holds;
      if (--block === 0) block = bytes[at++] ?? 0;
    }
    const code = held & ((1 << bits) - 1);
    held >>>= bits;
    holds -= bits;
    if (code === clear) {
      next = clear + 2;
      bits = rootBits + 1;
      previous = 0;
      continue;
    }
    // A string is the one before and one pixel more; a code may stand for the very string that it completes.
    if (previous > 0 && next < mostCodes) {
      lengths[next++] = previous + 1;
      if (next === 2 ** bits && bits < 12) bits++;
    }
    if (code === clear + 1 || code >= next || (previous === 0 && code >= clear)) return false;
    previous = lengths[code]!;
    counted += previous;
  }
  return true;
}
