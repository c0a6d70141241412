/** Directories written by hand from TIFF 6.0. */
import { finish } from '@docclf/preprocess/image-file';
import { describe, expect, it } from 'vitest';
import { tiffPages } from './tiff.ts';

type Entry = readonly [tag: number, type: number, count: number, value: number];

/** A chain of directories, each of 32-bit values, and `behind` bytes after them. */
function tiff(directories: readonly (readonly Entry[])[], behind = 100): Buffer {
  const lengths = directories.map((entries) => 6 + entries.length * 12);
  const bytes = Buffer.alloc(8 + lengths.reduce((sum, length) => sum + length, 0) + behind);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  let at = 8;
  for (const [i, entries] of directories.entries()) {
    bytes.writeUInt16LE(entries.length, at);
    for (const [k, [tag, type, count, value]] of entries.entries()) {
      const entry = at + 2 + k * 12;
      bytes.writeUInt16LE(tag, entry);
      bytes.writeUInt16LE(type, entry + 2);
      bytes.writeUInt32LE(count, entry + 4);
      bytes.writeUInt32LE(value, entry + 8);
    }
    at += lengths[i]!;
    bytes.writeUInt32LE(i + 1 < directories.length ? at : 0, at - 4);
  }
  return bytes;
}
const strip = (offset: number, length: number): Entry[] => [
  [273, 4, 1, offset],
  [279, 4, 1, length],
];
const pagesOf = (bytes: Buffer) => finish(tiffPages(bytes));

describe('tiffPages', () => {
  it('passes over a reduced copy that comes first, and a mask', () => {
    const kinds = [[[254, 4, 1, 1]], [[254, 4, 1, 0]], [[254, 4, 1, 4]], [[255, 3, 1, 2]], []] as Entry[][];
    expect(pagesOf(tiff(kinds)).map(({ directory }) => directory)).toEqual([1, 4]);
    expect(pagesOf(tiff(kinds.slice(0, 1))).map(({ directory }) => directory)).toEqual([0]);
  });

  it('knows whose strips lie beyond the end', () => {
    const pages = pagesOf(tiff([strip(8, 50), strip(8, 5000)]));
    expect(pages.map(({ complete }) => complete)).toEqual([true, false]);
  });

  it.each<[string, Entry]>([
    ['TIFF of floating-point samples', [339, 3, 1, 3]],
    ['TIFF compressed by Zstandard', [259, 3, 1, 50000]],
    ['TIFF of CIELab colours', [262, 3, 1, 8]],
  ])('%s is not given to the decoder', (unsupported, entry) => {
    expect(pagesOf(tiff([[entry]]))[0]).toMatchObject({ unsupported });
  });

  it('reads tables that lie over one another no further than the size of the file explains', () => {
    // 500 directories that name the same table of 10,000 numbers: five million in 68 kB.
    const shared: Entry[] = [
      [273, 4, 10_000, 15_008],
      [279, 4, 10_000, 15_008],
    ];
    const bytes = tiff(Array(500).fill(shared), 40_000);
    expect(pagesOf(bytes).length).toBeLessThan(10);
    expect([...tiffPages(bytes)].length).toBeLessThan(10);
  });
});
