/** Directories written by hand from TIFF 6.0. */
import { expect, it } from 'vitest';
import { tiffPages } from './tiff-pages.ts';

interface Directory {
  readonly subfile: number;
  readonly side: number;
  readonly grey: (x: number, y: number) => number;
}

/** Grey pages, uncompressed, each in one strip. */
function tiff(directories: readonly Directory[]): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\x08\0\0\0', 'latin1')];
  let at = 8;
  for (const [i, { subfile, side, grey }] of directories.entries()) {
    const pixels = Buffer.from(
      Array.from({ length: side * side }, (_, p) => grey(p % side, Math.floor(p / side))),
    );
    const entries = [
      [254, 4, subfile],
      [256, 4, side],
      [257, 4, side],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, 0],
      [277, 3, 1],
      [278, 4, side],
      [279, 4, pixels.length],
    ] as const;
    const length = 2 + entries.length * 12 + 4;
    const directory = Buffer.alloc(length);
    directory.writeUInt16LE(entries.length);
    for (const [k, [tag, type, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + k * 12);
      directory.writeUInt16LE(type, 4 + k * 12);
      directory.writeUInt32LE(1, 6 + k * 12);
      directory.writeUInt32LE(tag === 273 ? at + length : value, 10 + k * 12);
    }
    at += length + pixels.length;
    if (i + 1 < directories.length) directory.writeUInt32LE(at, length - 4);
    parts.push(directory, pixels);
  }
  return Buffer.concat(parts);
}

const white = () => 255;
const lines = (_: number, y: number) => (y % 16 < 3 ? 0 : 255);

async function pages(source: Buffer) {
  const { signal } = new AbortController();
  const found = [];
  for await (const page of tiffPages({ file: 'a.tif', root: 'a.tif', source }, { signal })) found.push(page);
  return found;
}

it('looks for ink on the pages that are read, and not on a small copy before them', async () => {
  const found = await pages(
    tiff([
      { subfile: 1, side: 32, grey: white },
      { subfile: 0, side: 128, grey: lines },
      { subfile: 0, side: 128, grey: white },
    ]),
  );
  expect(found.map((page) => ['isBlank' in page, 'page' in page && page.page])).toEqual([
    [false, 1],
    [true, 2],
  ]);
});
