/** Our places, bits and maps against those of OpenCV, recorded by opencv/make-fixtures.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { extractFeatures, type Features, fitHomography } from '../src/index.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly angle: number;
  readonly strength: number;
  readonly bits: string;
}

const fixture: {
  readonly picture: { readonly width: number; readonly height: number; readonly data: string };
  readonly places: readonly Place[];
  readonly fits: readonly { readonly places: readonly number[][]; readonly matrix: readonly number[] }[];
} = JSON.parse(readFileSync(new URL('./opencv/fixtures/opencv.json', import.meta.url), 'utf8'));

const { width, height, data } = fixture.picture;
const picture = { width, height, data: new Uint8Array(Buffer.from(data, 'base64')), channels: 1 } as const;

describe('features beside OpenCV’s SIFT', () => {
  const features = extractFeatures(picture, { most: 2000 });
  const indices = Array.from({ length: features.count }, (_, i) => i);

  test('three quarters of its places are ours too, a quarter of a pixel and a tenth of the size apart', () => {
    const shared = fixture.places.filter((place) => indices.some((i) => isSamePlace(features, i, place)));
    expect(shared.length / fixture.places.length).toBeGreaterThan(0.75);
  });

  test('where the direction is the same, so are nearly all of the 128 bits', () => {
    const differences = fixture.places.flatMap((place) => {
      const own = indices.find(
        (i) => isSamePlace(features, i, place) && turned(features.angle[i]!, place.angle) < 0.1,
      );
      return own === undefined ? [] : [bitsApart(features, own, place.bits)];
    });
    expect(differences.length).toBeGreaterThan(0.6 * fixture.places.length);
    differences.sort((a, b) => a - b);
    expect(differences[differences.length >> 1]).toBeLessThanOrEqual(8);
    expect(Math.max(...differences)).toBeLessThanOrEqual(24);
  });
});

describe('fitHomography beside findHomography', () => {
  test.each(fixture.fits.map((fit) => [fit.places.length, fit] as const))(
    '%i pairs',
    (_, { places, matrix }) => {
      const own = fitHomography(Float64Array.from(places.flat()))!;
      for (const [x, y] of [
        [0, 0],
        [300, 0],
        [300, 300],
        [0, 300],
      ] as const) {
        const [a, b] = [mapped(own, x, y), mapped(matrix, x, y)];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(0.05);
      }
    },
  );
});

/** OpenCV's places lie a quarter of a pixel off, for it looks at the picture doubled. */
function isSamePlace(features: Features, i: number, { x, y, scale }: Place): boolean {
  const distance = Math.hypot(features.x[i]! - x, features.y[i]! - y);
  return distance < 0.5 + 0.05 * scale && Math.abs(Math.log2(features.scale[i]! / scale)) < 0.15;
}

function turned(one: number, other: number): number {
  return Math.abs(Math.atan2(Math.sin(one - other), Math.cos(one - other)));
}

function bitsApart({ bits }: Features, point: number, theirs: string): number {
  return [...theirs].filter((bit, k) => ((bits[4 * point + (k >> 5)]! >>> (k & 31)) & 1) !== Number(bit))
    .length;
}

function mapped(m: readonly number[], x: number, y: number): readonly [number, number] {
  const w = m[6]! * x + m[7]! * y + m[8]!;
  return [(m[0]! * x + m[1]! * y + m[2]!) / w, (m[3]! * x + m[4]! * y + m[5]!) / w];
}
