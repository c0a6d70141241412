import { describe, expect, it } from 'vitest';
import { readCohort } from './cohort.ts';
import { parseManifest } from './manifest.ts';
import { manifestJson, thrownCode } from './testing.ts';

function manifest(kinds: { name: string; vectors: number }[], dimension = 4) {
  const json = manifestJson();
  return parseManifest({
    ...json,
    output: { ...json.output, dimension },
    golden: { ...json.golden, vector: new Array(dimension).fill(0.5) },
    cohort: { file: 'c.bin', sha256: '0'.repeat(64), bytes: 1, kinds },
  });
}

describe('readCohort', () => {
  it('reads two components a byte, the first in the low bits, 8 for nothing', () => {
    // 3, -4, 0, 0 fifty times, then 0, 0, 0, 7.
    const bytes = Uint8Array.from([
      ...new Array(50).fill([0x4b, 0x88]).flat(),
      ...new Array(50).fill([0x88, 0xf8]).flat(),
    ]);
    const kinds = [
      { name: 'cards', vectors: 50 },
      { name: 'pages', vectors: 50 },
    ];
    const cohort = readCohort(bytes, manifest(kinds))!;
    expect(cohort.map(({ name, vectors }) => [name, vectors.length])).toEqual([
      ['cards', 50],
      ['pages', 50],
    ]);
    expect([...cohort[0]!.vectors[49]!]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6), 0, 0]);
    expect([...cohort[1]!.vectors[0]!]).toEqual([0, 0, 0, 1]);
  });

  it('refuses a file that is longer or shorter than the manifest says', () => {
    const card = manifest([{ name: 'cards', vectors: 50 }]);
    expect(thrownCode(() => readCohort(new Uint8Array(99), card))).toBe('MANIFEST_INVALID');
    expect(thrownCode(() => readCohort(new Uint8Array(101), card))).toBe('MANIFEST_INVALID');
  });

  it('is not there where the manifest names none', () => {
    expect(readCohort(new Uint8Array(0), parseManifest(manifestJson()))).toBeUndefined();
  });

  it.each([
    ['too few strangers for a tail', [{ name: 'cards', vectors: 49 }], 4],
    ['no kind', [], 4],
    ['an odd dimension', [{ name: 'cards', vectors: 50 }], 5],
  ])('is refused with %s', (_, kinds, dimension) => {
    expect(thrownCode(() => manifest(kinds, dimension))).toBe('MANIFEST_INVALID');
  });
});
