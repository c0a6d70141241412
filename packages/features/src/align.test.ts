import { type Corners, homography, type RasterImage, warpByHomography } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import { drawnPage } from '../test/drawn.ts';
import { align } from './align.ts';
import { extractFeatures } from './extract.ts';
import { matchFeatures } from './match.ts';

const [width, height] = [360, 260];
const page = drawnPage(width, height, 7);
const whole = corners([0, 0], [width, 0], [width, height], [0, height]);

describe('align', () => {
  it('finds where a page lies in a photo, to a pixel', () => {
    const truth = corners([96, 40], [330, 70], [300, 260], [60, 220]);
    const found = look(photographed(page, truth), page)!;
    expect(found.inliers).toBeGreaterThan(40);
    expect(found.pairs.probe.length).toBe(found.inliers);
    found.corners.forEach(({ x, y }, i) => {
      expect(Math.hypot(x - truth[i]!.x, y - truth[i]!.y)).toBeLessThan(1.5);
    });
  });

  it('finds it on its head too', () => {
    const truth = corners([340, 250], [80, 240], [90, 60], [330, 50]);
    const found = look(photographed(page, truth), page)!;
    found.corners.forEach(({ x, y }, i) => {
      expect(Math.hypot(x - truth[i]!.x, y - truth[i]!.y)).toBeLessThan(1.5);
    });
  });

  it('gives the same answer twice', () => {
    const photo = photographed(page, corners([96, 40], [330, 70], [300, 260], [60, 220]));
    expect(look(photo, page)).toEqual(look(photo, page));
  });

  it('finds nothing of another page, and nothing in a mirror', () => {
    expect(look(drawnPage(width, height, 8), page)?.inliers ?? 0).toBeLessThan(8);
    expect(look(mirrored(page), page)?.inliers ?? 0).toBeLessThan(8);
  });

  it('takes one of two copies', () => {
    const small = corners([10, 10], [190, 10], [190, 140], [10, 140]);
    const other = corners([200, 120], [380, 120], [380, 250], [200, 250]);
    const both = joined(photographed(page, small), photographed(page, other), 195);
    const found = look(both, page);
    expect(found === undefined || nearer(found.corners, small) < 3 || nearer(found.corners, other) < 3).toBe(
      true,
    );
  });

  it('is not deceived by what repeats itself, and bounded by it', () => {
    const chequered = pattern((x, y) => ((x >> 4) + (y >> 4)) % 2 === 0);
    const table = pattern((x, y) => x % 24 > 1 && y % 18 > 1);
    for (const one of [chequered, table]) expect(look(one, page)?.inliers ?? 0).toBeLessThan(8);
  });

  it('says nothing of a picture without a corner', () => {
    const blank = pattern(() => true);
    expect(extractFeatures(blank).count).toBe(0);
    expect(look(blank, page)).toBeUndefined();
    expect(look(page, blank)).toBeUndefined();
    expect(extractFeatures({ data: Uint8Array.of(7), width: 1, height: 1, channels: 1 }).count).toBe(0);
  });
});

function look(probe: RasterImage, reference: RasterImage) {
  const [one, other] = [extractFeatures(probe), extractFeatures(reference)];
  return align(one, other, matchFeatures(one, other));
}

function photographed(image: RasterImage, at: Corners): RasterImage {
  const size = 400;
  // Whole coordinates are the middles of pixels in a warp, and their corners in corners.
  const shift = (all: Corners) => all.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 })) as unknown as Corners;
  return warpByHomography(image, homography(shift(at), shift(whole)), size, 300, 120);
}

function mirrored({ data, ...image }: RasterImage): RasterImage {
  return { ...image, data: data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)]!) };
}

function joined(left: RasterImage, right: RasterImage, from: number): RasterImage {
  return { ...left, data: left.data.map((value, i) => (i % left.width < from ? value : right.data[i]!)) };
}

function pattern(isLight: (x: number, y: number) => boolean): RasterImage {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isLight(i % width, Math.floor(i / width)) ? 220 : 40,
  );
  return { data, width, height, channels: 1 };
}

function nearer(one: Corners, other: Corners): number {
  return Math.max(...one.map(({ x, y }, i) => Math.hypot(x - other[i]!.x, y - other[i]!.y)));
}

function corners(...points: (readonly [number, number])[]): Corners {
  return points.map(([x, y]) => ({ x, y })) as unknown as Corners;
}
