/** `@docclf/preprocess/blank-page`: is there anything on this page? */
import type { RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';
import { toRgb } from './to-rgb.ts';

/** Longer side on which ink is looked for, in pixels: print of 2 mm on A4 is three of them high. */
const workingSide = 512;
/** Share of each side that is not looked at: shadows of a scanner's lid, punch holes, staples and page numbers lie there. */
const margin = 0.07;
/** Grey levels by which ink differs from the paper; the print of the other side shines through with less. */
const leastDifference = 48;
/** Of the pixels looked at. A line of small print has three times as much, dust less than half. */
const mostInk = 0.0004;

/**
 * Whether a page is blank, as the back of a sheet that was scanned on both sides: but for its margins hardly a pixel is
 * darker or lighter than its paper. Shaded and photographed paper is not called blank, so that nothing is lost.
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function isBlankPage(image: RasterImage): boolean {
  const { data, width, height } = toWorkingSize(toRgb(image));
  const [marginX, marginY] = [Math.round(width * margin), Math.round(height * margin)];
  const counts = new Uint32Array(256);
  for (let y = marginY; y < height - marginY; y++) {
    for (let x = marginX, at = (y * width + marginX) * 3; x < width - marginX; x++, at += 3) {
      counts[Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!)]!++;
    }
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  const paper = median(counts, all);
  const ink = counts.reduce(
    (sum, count, level) => (Math.abs(level - paper) >= leastDifference ? sum + count : sum),
    0,
  );
  return ink <= all * mostInk;
}

function toWorkingSize(image: RasterImage): RasterImage {
  const { width, height } = image;
  const scale = workingSide / Math.max(width, height);
  if (scale >= 1) return image;
  const side = (size: number) => Math.max(1, Math.round(size * scale));
  return resize(image, side(width), side(height));
}

function median(counts: Uint32Array, all: number): number {
  let level = 0;
  for (let left = all / 2 - counts[0]!; left > 0 && level < 255; left -= counts[level]!) level++;
  return level;
}
