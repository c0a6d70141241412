/** Headers written by hand from the formats' specifications: no decoder and no writer of ours is asked. */
import { describe, expect, it } from 'vitest';
import { finish, formatOf, type ImageFormat, inspectImage } from './index.ts';

const inspect = (format: ImageFormat, file: Uint8Array) => finish(inspectImage(format, file));

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );
const box = (...brands: string[]) =>
  bytes([0, 0, 0, 8 + 4 * (brands.length + 1)], 'ftyp', brands[0]!, [0, 0, 0, 0], ...brands.slice(1));

/** 800 x 300 pixels of 24 bits from the top down, as far as the header goes. */
const bitmap = (header: number) =>
  bytes(
    'BM',
    [0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0],
    [header, 0, 0, 0],
    [32, 3, 0, 0],
    [212, 254, 255, 255],
    [1, 0, 24, 0],
    Array(24).fill(0),
  );

describe('formatOf', () => {
  it.each<[string, Uint8Array, ReturnType<typeof formatOf>]>([
    ['JPEG', bytes('\xff\xd8\xff\xe0'), 'jpeg'],
    ['PNG', bytes('\x89PNG\r\n\x1a\n'), 'png'],
    ['a PNG that went through a transfer as text', bytes('\x89PNG\n\x1a\n\0'), undefined],
    ['GIF', bytes('GIF89a'), 'gif'],
    ['WebP', bytes('RIFF', [4, 0, 0, 0], 'WEBPVP8 '), 'webp'],
    ['TIFF of either order', bytes('MM\0*'), 'tiff'],
    ['BigTIFF', bytes('II+\0'), 'tiff'],
    ['AVIF', box('avif', 'mif1'), 'avif'],
    ['an AVIF sequence', box('avis', 'msf1'), 'avif'],
    ['an AVIF behind a general brand', box('mif1', 'miaf', 'avif'), 'avif'],
    ['HEIC', box('heic', 'mif1'), 'heic'],
    ['HEIC behind a general brand', box('mif1', 'heic'), 'heic'],
    ['a bitmap', bitmap(40), 'bmp'],
    ['a text that begins as a bitmap', bytes('BMW sent an invoice'), undefined],
    ['a video', box('isom', 'mp42'), undefined],
    ['PDF', bytes('%PDF-1.7'), 'pdf'],
    ['SVG', bytes('<svg xmlns='), 'svg'],
    ['an SVG that is compressed', bytes([0x1f, 0x8b, 8]), 'gzip'],
    ['an SVG whose comment looks like an AVIF', bytes('<!--ftypavif--><svg>'), undefined],
    ['an SVG whose comment looks like a WebP', bytes('<!--abcdWEBP--><svg>'), undefined],
    ['a text', bytes('Dear Sir or Madam,'), undefined],
    ['nothing', bytes(), undefined],
  ])('%s', (_, start, expected) => {
    expect(formatOf(start)).toBe(expected);
  });
});

describe('the declared size', () => {
  it.each<[ImageFormat, Uint8Array]>([
    ['png', bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 3, 32, 0, 0, 1, 44])],
    ['gif', bytes('GIF89a', [0x20, 3, 0x2c, 1, 0, 0, 0])],
    ['webp', bytes('RIFF', [30, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0x1f, 3, 0, 0x2b, 1, 0])],
    // A thumbnail's frame in the application segment is not the picture's.
    [
      'jpeg',
      bytes(
        '\xff\xd8\xff\xe1',
        [0, 9],
        '\xff\xc0',
        [0, 17, 8, 0, 1],
        '\xff\xc2',
        [0, 17, 8, 1, 44, 3, 32, 3],
      ),
    ],
    [
      'avif',
      bytes('ispe', [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 9], 'ispe', [0, 0, 0, 0, 0, 0, 3, 32, 0, 0, 1, 44]),
    ],
    ['bmp', bitmap(40)],
  ])('of %s', (format, header) => {
    expect(inspect(format, header).size).toEqual({ width: 800, height: 300 });
  });
});

/** A JPEG's scan header: components, first and last coefficient, bits of them before and left. */
const scan = (components: number[], first: number, last: number, left: number) =>
  [0xff, 0xda, 0, 6 + 2 * components.length, components.length, ...components.flatMap((c) => [c, 0])].concat([
    first,
    last,
    left,
  ]);
const frame = (marker: number, components: number) =>
  [0xff, marker, 0, 8 + 3 * components, 8, 0, 16, 0, 16, components].concat(
    Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat(),
  );
const end = [0xff, 0xd9];
const start = [0xff, 0xd8];
const data = [0x12, 0xff, 0, 0xff, 0xd0, 0x34];
const sequential = bytes(start, frame(0xc0, 3), scan([1, 2, 3], 0, 63, 0), data, end);
const firstScans = [start, frame(0xc2, 1), scan([1], 0, 0, 1), data, scan([1], 1, 63, 0), data];

/**
 * A GIF of `height` x 1 pixels, whose code was written by hand with three bits a code: 4 (clear), 1, 6 (1 1), 7 (1 1 1), then
 * with four 1, 5 (end): seven pixels.
 */
const gif = (height: number) =>
  bytes(
    'GIF89a',
    [1, 0, height, 0, 0, 0, 0],
    [0x2c, 0, 0, 0, 0, 1, 0, height, 0, 0],
    [2, 3, 0b10_001_100, 0b0001_111_1, 0b0101, 0],
    [0x3b],
  );

describe('whether a file ends early', () => {
  it.each<[string, ImageFormat, Uint8Array, boolean]>([
    ['a whole JPEG', 'jpeg', sequential, false],
    ['a JPEG without its end marker', 'jpeg', sequential.subarray(0, -2), true],
    ['an end marker in a thumbnail only', 'jpeg', bytes(start, [0xff, 0xe1, 0, 6], start, end, data), true],
    ['a progressive JPEG without the last bits', 'jpeg', bytes(...firstScans, end), true],
    ['a progressive JPEG with them', 'jpeg', bytes(...firstScans, scan([1], 0, 0, 0x10), data, end), false],
    ['a PNG', 'png', bytes('\x89PNG', [0, 0, 0, 0], 'IEND', [0xae, 0x42, 0x60, 0x82]), false],
    ['a cut PNG', 'png', bytes('\x89PNG', [0, 0, 9, 9], 'IDAT'), true],
    ['a GIF of all its pixels', 'gif', gif(7), false],
    ['a GIF whose code is closed a pixel too early', 'gif', gif(8), true],
    ['a cut GIF', 'gif', bytes('GIF89a', [0, 1]), true],
    ['a WebP shorter than its container says', 'webp', bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8 '), true],
    [
      'a WebP whose end was never written',
      'webp',
      bytes('RIFF', [76, 0, 0, 0], 'WEBPVP8 ', Array(68).fill(0)),
      true,
    ],
    ['a TIFF whose directory lies beyond', 'tiff', bytes('II*\0', [200, 0, 0, 0], Array(20).fill(1)), true],
    [
      'an AVIF box that is longer than the file',
      'avif',
      bytes([...box('avif')], [0, 0, 1, 0], 'mdat', [1, 2, 3]),
      true,
    ],
    [
      'a bitmap without its last pixel',
      'bmp',
      bytes([...bitmap(40)], Array(800 * 300 * 3 - 1).fill(0)),
      true,
    ],
    ['a bitmap with it', 'bmp', bytes([...bitmap(40)], Array(800 * 300 * 3).fill(0)), false],
  ])('%s', (_, format, file, expected) => {
    expect(inspect(format, file).endsEarly).toBe(expected);
  });
});

it('knows where the only scan of a JPEG ends, and that others have several', () => {
  expect(inspect('jpeg', sequential).endOfOnlyScan).toBe(sequential.length - 2);
  expect(inspect('jpeg', bytes(...firstScans, end)).endOfOnlyScan).toBeUndefined();
  const first = bytes(start, frame(0xc0, 3), scan([1], 0, 63, 0), data, end);
  expect(inspect('jpeg', first).endOfOnlyScan).toBeUndefined();
});

it('throws for none of many damaged headers', () => {
  // A generator of numbers with known constants (Numerical Recipes), so that each run has the same 3000 inputs.
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const headers = [
    sequential,
    bytes(...firstScans),
    box('mif1', 'avif'),
    bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8L'),
    bitmap(40),
  ];
  const formats: ImageFormat[] = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif', 'heic', 'bmp'];
  for (let i = 0; i < 3000; i++) {
    const input = headers[i % headers.length]!.slice(0, Math.floor(random() * 60));
    for (let k = 0; k < 3 && input.length > 0; k++)
      input[Math.floor(random() * input.length)] = random() * 256;
    formatOf(input);
    for (const format of formats) inspect(format, input);
  }
});

describe('a file that is made to be walked through for long', () => {
  const fill = (unit: number[]) => Uint8Array.from({ length: 2 ** 22 }, (_, i) => unit[i % unit.length]!);
  it.each<[string, ImageFormat, Uint8Array]>([
    ['stuffed bytes of a JPEG', 'jpeg', bytes('\xff\xd8')],
    ['fill bytes of a JPEG', 'jpeg', bytes('\xff\xd8')],
    ['blocks of a GIF', 'gif', bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0, 0x21, 0xfe])],
  ])('%s: is left now and then', (name, format, start) => {
    const units = { stuffed: [0xff, 0], fill: [0xff], blocks: [1, 0x41] };
    const unit = units[name.split(' ')[0] as keyof typeof units];
    const file = new Uint8Array(start.length + 2 ** 22);
    file.set(start);
    file.set(fill(unit), start.length);
    const stops = [...inspectImage(format, file)].length;
    expect(stops).toBeGreaterThan(0);
    expect(inspect(format, file).endsEarly).toBe(true);
  });

  it('a JPEG of more segments than any has is not gone through', () => {
    const comments = Array.from({ length: 20_000 }, () => [0xff, 0xfe, 0, 2]).flat();
    const file = Uint8Array.from([...start, ...comments, ...sequential.subarray(2)]);
    expect(inspect('jpeg', file)).toMatchObject({ size: undefined, endsEarly: true });
  });
});
