/** Bitmaps written by hand from the format's description: no writer of ours is asked. */
import { expect, it } from 'vitest';
import { decodeBmp } from './bmp.ts';
import type { RasterImage } from './raster-image.ts';

const u16 = (value: number) => [value & 255, (value >> 8) & 255];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16((value >>> 16) & 0xffff)];

interface Written {
  readonly bits: number;
  readonly width?: number;
  readonly height?: number;
  readonly compression?: number;
  /** What follows the header of 40 bytes: masks or colours. */
  readonly between?: readonly number[];
  readonly pixels: readonly number[];
}

function bmp({ bits, width = 3, height = 2, compression = 0, between = [], pixels }: Written): Uint8Array {
  const start = 54 + between.length;
  const info = [...u32(40), ...u32(width), ...u32(height), ...u16(1), ...u16(bits), ...u32(compression)];
  const file = ['B', 'M'].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from(
    [...file, ...u32(start + pixels.length), ...u32(0), ...u32(start)].concat(
      info,
      Array(20).fill(0),
      between,
      pixels,
    ),
  );
}

function decode(bytes: Uint8Array): RasterImage {
  const steps = decodeBmp(bytes);
  while (true) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Red, green, blue, and no more, in the order of bitmaps. */
const palette = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0];
const [red, green, blue, black] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [0, 0, 0],
];
/** Top row red, green, blue; bottom row all blue. */
const expected = [red, green, blue, blue, blue, blue].flat();

it.each<[string, Written]>([
  ['1 bit', { bits: 1, between: palette, width: 3, height: 1, pixels: [0b01000000, 0, 0, 0] }],
  ['2 bits', { bits: 2, between: palette, pixels: [0b10101000, 0, 0, 0, 0b00011000, 0, 0, 0] }],
  ['4 bits', { bits: 4, between: palette, pixels: [0x22, 0x20, 0, 0, 0x01, 0x20, 0, 0] }],
  ['8 bits', { bits: 8, between: palette, pixels: [2, 2, 2, 0, 0, 1, 2, 0] }],
  ['8 bits from the top down', { bits: 8, height: -2, between: palette, pixels: [0, 1, 2, 0, 2, 2, 2, 0] }],
  [
    '16 bits',
    {
      bits: 16,
      pixels: [...[0x1f, 0x1f, 0x1f].flatMap(u16), 0, 0, ...[0x7c00, 0x3e0, 0x1f].flatMap(u16), 0, 0],
    },
  ],
  [
    '16 bits by masks',
    {
      bits: 16,
      compression: 3,
      between: [0xf800, 0x7e0, 0x1f].flatMap(u32),
      pixels: [...[0x1f, 0x1f, 0x1f].flatMap(u16), 0, 0, ...[0xf800, 0x7e0, 0x1f].flatMap(u16), 0, 0],
    },
  ],
  [
    '24 bits',
    {
      bits: 24,
      pixels: [255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0],
    },
  ],
  ['32 bits', { bits: 32, pixels: [0xff, 0xff, 0xff, 0xff0000, 0xff00, 0xff].flatMap(u32) }],
  [
    '32 bits by masks in another order',
    {
      bits: 32,
      compression: 3,
      between: [0xff, 0xff00, 0xff0000].flatMap(u32),
      pixels: [0xff0000, 0xff0000, 0xff0000, 0xff, 0xff00, 0xff0000].flatMap(u32),
    },
  ],
  [
    'runs of 8 bits',
    { bits: 8, compression: 1, between: palette, pixels: [3, 2, 0, 0, 0, 3, 0, 1, 2, 0, 0, 1] },
  ],
  [
    'runs of 4 bits',
    { bits: 4, compression: 2, between: palette, pixels: [3, 0x22, 0, 0, 0, 3, 0x01, 0x20, 0, 1] },
  ],
])('decodes %s', (_, written) => {
  const { width, height, channels, data } = decode(bmp(written));
  expect([width, height, channels]).toEqual([3, Math.abs(written.height ?? 2), 3]);
  expect([...data]).toEqual(written.bits === 1 ? [red, green, red].flat() : expected);
});

it('keeps an alpha channel, and takes one that is all transparent for none', () => {
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000].flatMap(u32);
  const written = { bits: 32, width: 1, height: 1, compression: 6, between: masks };
  expect(decode(bmp({ ...written, pixels: [1, 2, 3, 128] }))).toMatchObject({
    channels: 4,
    data: Uint8Array.of(3, 2, 1, 128),
  });
  expect(decode(bmp({ ...written, pixels: [1, 2, 3, 0] }))).toMatchObject({
    channels: 3,
    data: Uint8Array.of(3, 2, 1),
  });
});

it('decodes the old header, whose colours are three bytes', () => {
  const old = [
    66,
    77,
    ...u32(0),
    ...u32(0),
    ...u32(29),
    ...u32(12),
    ...u16(1),
    ...u16(1),
    ...u16(1),
    ...u16(8),
  ];
  expect([...decode(Uint8Array.from([...old, 0, 0, 255, 0, 0, 0, 0])).data]).toEqual(red);
});

it('leaves out what runs leave out, and draws nothing beyond the rim', () => {
  const pixels = [0, 2, 1, 1, 200, 2, 0, 0, 9, 1, 0, 1];
  const { data } = decode(bmp({ bits: 8, compression: 1, between: palette, pixels }));
  expect([...data]).toEqual([red, blue, blue, red, red, red].flat());
  expect([
    ...decode(bmp({ bits: 8, between: [], pixels: [2, 2, 2, 0, 9, 9, 9, 0] })).data.slice(0, 3),
  ]).toEqual(black);
});

it.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['a text', new TextEncoder().encode('BMW sent an invoice of some length')],
  ['a cut file', bmp({ bits: 24, pixels: Array(23).fill(0) })],
  ['a JPEG in a bitmap', bmp({ bits: 0, compression: 4, pixels: [1, 2, 3] })],
  ['no pixels', bmp({ bits: 24, width: 0, pixels: [1] })],
  ['a width below none', bmp({ bits: 24, width: -3, pixels: [1] })],
  ['cut runs', bmp({ bits: 8, compression: 1, between: palette, pixels: [0, 9, 1] })],
])('refuses %s', (_, bytes) => {
  expect(() => decode(bytes)).toThrow('Expected a bitmap');
});

it('ends on any damaged file', () => {
  let state = 7;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const files = [
    bmp({ bits: 8, compression: 1, between: palette, pixels: [3, 2, 0, 0, 0, 3, 0, 1, 2, 0, 0, 1] }),
    bmp({ bits: 32, pixels: Array(24).fill(9) }),
  ];
  for (let i = 0; i < 3000; i++) {
    const bytes = files[i % 2]!.slice();
    // Not the bytes of the size, for which callers have limits.
    for (let k = 0; k < 4; k++) bytes[26 + random(bytes.length - 26)] = random(256);
    try {
      decode(bytes);
    } catch (error) {
      expect(error).toMatchObject({ name: 'PreprocessError' });
    }
  }
});
