/** Which point of one picture is which of another: by how many bits their descriptions differ. */
import { type Features, wordsOfPoint } from './features.ts';

/** Point `probe[i]` of one picture and point `reference[i]` of the other, the most certain first. */
export interface Pairs {
  readonly probe: Int32Array;
  readonly reference: Int32Array;
}

/** Lowe's test: the nearest must be that much nearer than the next that lies elsewhere. */
const nearerThanNext = 0.85;
/** Bits of 128; unrelated places differ by 64 in the mean. */
const mostBits = 44;

/** Pairs of which each is the other's nearest, and clearly so. */
export function matchFeatures(probe: Features, reference: Features): Pairs {
  const nearestProbe = new Int32Array(reference.count).fill(-1);
  const nearestBits = new Uint8Array(reference.count).fill(255);
  const found: { readonly at: number; readonly to: number; readonly ratio: number }[] = [];
  const distances = new Uint8Array(reference.count);
  for (let i = 0; i < probe.count; i++) {
    measure(probe.bits, i * wordsOfPoint, reference.bits, distances);
    let [best, least] = [-1, 255];
    for (let j = 0; j < distances.length; j++) {
      const bits = distances[j]!;
      if (bits < least) [best, least] = [j, bits];
      if (bits < nearestBits[j]!) {
        nearestBits[j] = bits;
        nearestProbe[j] = i;
      }
    }
    if (best < 0 || least > mostBits) continue;
    const next = nextBits(distances, best, reference);
    if (least < nearerThanNext * next) found.push({ at: i, to: best, ratio: least / next });
  }
  const mutual = found.filter(
    ({ at, to }) => nearestProbe[to] === at || isSamePlace(probe, nearestProbe[to]!, at),
  );
  mutual.sort((a, b) => a.ratio - b.ratio || a.at - b.at);
  return {
    probe: Int32Array.from(mutual, ({ at }) => at),
    reference: Int32Array.from(mutual, ({ to }) => to),
  };
}

/** The least distance of a point that is not the best one's other direction. */
function nextBits(distances: Uint8Array, best: number, features: Features): number {
  const own = distances[best]!;
  let next = 128;
  for (let j = 0; j < distances.length; j++) {
    const bits = distances[j]!;
    if (bits < next && bits >= own && j !== best && !isSamePlace(features, j, best)) next = bits;
  }
  return next;
}

function isSamePlace({ x, y }: Features, one: number, other: number): boolean {
  return x[one] === x[other] && y[one] === y[other];
}

/** Of two descriptions, given by the place of their first word. */
export function bitsBetween(one: Uint32Array, at: number, other: Uint32Array, to: number): number {
  let bits = 0;
  for (let word = 0; word < wordsOfPoint; word++) bits += ones(one[at + word]! ^ other[to + word]!);
  return bits;
}

function measure(from: Uint32Array, at: number, all: Uint32Array, distances: Uint8Array): void {
  const [a, b, c, d] = [from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!];
  for (let j = 0, to = 0; j < distances.length; j++, to += wordsOfPoint) {
    distances[j] =
      ones(a ^ all[to]!) + ones(b ^ all[to + 1]!) + ones(c ^ all[to + 2]!) + ones(d ^ all[to + 3]!);
  }
}

/** How many bits of a word are set (Warren, Hacker's Delight, 2nd ed. 2012, figure 5-2). */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
