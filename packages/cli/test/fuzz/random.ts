/** Numbers, choices and damages that follow from a seed. */

export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: its low bits are as good as its high ones.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return { below, pick: (items) => items[below(items.length)]! };
}

/** A copy with one to eight damages, as a bad disk, a bad line or a bad person makes them. */
export function damaged(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Buffer {
  let damaged: Buffer = Buffer.from(bytes);
  for (let i = random.below(8); i >= 0 && damaged.length > 0; i--) damaged = damage(damaged, others, random);
  return damaged;
}

const telling = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

function damage(bytes: Buffer, others: readonly Uint8Array[], random: Random): Buffer {
  const at = random.below(bytes.length);
  const length = random.below(Math.min(64, bytes.length - at)) + 1;
  switch (random.below(9)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return bytes.fill(random.pick([0, 0xff]), at, random.pick([at + length, bytes.length]));
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 6: {
      const other = Buffer.from(random.pick(others));
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length))]);
    }
    default: {
      // Near the start, where sizes stand.
      const place = random.below(Math.min(bytes.length, random.pick([64, bytes.length])));
      if (place + 4 > bytes.length) return bytes;
      const value = random.pick(telling);
      if (random.below(2) === 0) bytes.writeUInt32BE(value, place);
      else bytes.writeUInt16LE(value & 0xffff, place);
      return bytes;
    }
  }
}

/** What a caller in JavaScript may hand over by mistake. */
export function anyValue(random: Random, depth = 0): unknown {
  const plain: unknown[] = [
    ...[undefined, null, true, false, 0, -0, 1, -1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
    ...['', 'a', 'a/b', '/', '..', '.', '\u0000', '\ud800', '\u001b[31m', 'x'.repeat(10_000), '__proto__'],
    ...['file://host/x', 'file:///a%2Fb', 'https://example.org', 'data:image/png;base64,AAAA', '%', '🧾'],
    ...[
      10n,
      Symbol('x'),
      () => 1,
      new Map(),
      new Set(),
      new Date(0),
      /x/,
      new Error('x'),
      Promise.resolve(1),
    ],
    ...[
      new Uint8Array(0),
      new Uint8Array(9),
      Float32Array.of(1, 0),
      new ArrayBuffer(3),
      new DataView(new ArrayBuffer(1)),
    ],
    ...[new URL('file:///x'), new URL('postgres://a:b@c/d'), AbortSignal.abort(), new AbortController()],
  ];
  const [list, object] = [plain.length, plain.length + 1];
  const chosen = random.below(plain.length + 6);
  if (chosen < plain.length || depth > 2) return plain[chosen % plain.length];
  const items = Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1));
  if (chosen === list) return items;
  const names = [
    'id',
    'label',
    'vector',
    'source',
    'page',
    'data',
    'width',
    'height',
    'channels',
    'info',
    'within',
  ];
  const more = [
    'threshold',
    'fpir',
    'topK',
    'signal',
    'existing',
    'metadata',
    'gallery',
    'rotations',
    'contract',
  ];
  const entries = items.map((item) => [random.pick([...names, ...more]), item]);
  return chosen === object
    ? Object.fromEntries(entries)
    : Object.assign(Object.create(null), Object.fromEntries(entries));
}
