import { expect, it } from 'vitest';
import { drawnPage } from '../test/drawn.ts';
import { geometry } from './compare.ts';
import { decodeFeatures, encodeFeatures } from './encode.ts';
import { extractFeatures } from './extract.ts';

const features = extractFeatures(drawnPage(360, 260, 7));

it('what is written is read again, in at most 11 kB', () => {
  const bytes = encodeFeatures(features);
  expect(bytes.length).toBe(8 + 22 * features.count);
  expect(bytes.length).toBeLessThanOrEqual(11_000);
  const read = decodeFeatures(bytes)!;
  expect(read.bits).toEqual(features.bits);
  expect([read.width, read.height, read.count]).toEqual([360, 260, features.count]);
  for (let i = 0; i < read.count; i++) {
    expect(Math.abs(read.x[i]! - features.x[i]!)).toBeLessThan(0.01);
    expect(Math.abs(read.y[i]! - features.y[i]!)).toBeLessThan(0.01);
    expect(Math.abs(Math.log2(read.scale[i]! / features.scale[i]!))).toBeLessThan(0.04);
    expect(Math.cos(read.angle[i]! - features.angle[i]!)).toBeGreaterThan(0.999);
  }
});

it('what is of another version, cut off or empty is not read', () => {
  const bytes = encodeFeatures(features);
  expect(decodeFeatures(bytes.slice(0, -1))).toBeUndefined();
  expect(decodeFeatures(new Uint8Array())).toBeUndefined();
  expect(decodeFeatures(Uint8Array.of(bytes[0]! + 1, ...bytes.slice(1)))).toBeUndefined();
});

it('more points than anybody looks for are not read, and not written', () => {
  const most = (count: number) => {
    const bytes = new Uint8Array(8 + 22 * count);
    bytes.set(encodeFeatures(features).subarray(0, 8));
    new DataView(bytes.buffer).setUint16(2, count, true);
    return bytes;
  };
  expect(decodeFeatures(most(1000))?.count).toBe(1000);
  expect(decodeFeatures(most(1001))).toBeUndefined();
  expect(decodeFeatures(most(65_535))).toBeUndefined();
  const many = decodeFeatures(most(1000))!;
  const column = () => new Float32Array(1500).fill(1);
  const written = encodeFeatures({
    ...many,
    count: 1500,
    ...{ x: column(), y: column(), scale: column(), angle: column() },
    bits: new Uint32Array(6000),
  });
  expect(decodeFeatures(written)?.count).toBe(1000);
});

it('a picture without a point is 8 bytes', () => {
  const blank = { data: new Uint8Array(100).fill(9), width: 10, height: 10, channels: 1 } as const;
  const bytes = encodeFeatures(extractFeatures(blank));
  expect(bytes.length).toBe(8);
  expect(decodeFeatures(bytes)?.count).toBe(0);
});

it("of a negative's features, inverted, as many agree with the picture as of its own", () => {
  const picture = drawnPage(360, 260, 7);
  const own = encodeFeatures(features);
  const negative = encodeFeatures(
    extractFeatures({ ...picture, data: picture.data.map((value) => 255 - value) }),
  );
  const most = geometry.compare(own, own)!.inliers;
  expect(geometry.compare(negative, own)?.inliers ?? 0).toBeLessThan(0.1 * most);
  expect(geometry.compare(geometry.invert(negative), own)!.inliers).toBeGreaterThan(0.9 * most);
  expect(geometry.invert(geometry.invert(own))).toEqual(own);
});
