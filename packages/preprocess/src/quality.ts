import { assertRasterImage, type RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';
import { toRgb } from './to-rgb.ts';

/** What `measureQuality` finds; see there for how. */
export interface ImageQuality {
  /** Of the picture as given, in pixels. */
  readonly width: number;
  /** Of the picture as given, in pixels. */
  readonly height: number;
  /** Variance of the Laplacian in squared grey levels, from 0; higher is sharper. */
  readonly sharpness: number;
  /** Share of the picture under glare, 0 to 1. */
  readonly glare: number;
  /** Spread between the darkest and the lightest hundredth of the pixels, 0 to 1. */
  readonly contrast: number;
}

/** Longer side to which a picture is brought before anything is measured, in pixels. */
const WORKING_SIZE = 512;
/** Side of the cells of which the lightest pixel tells the paper from the print, in working pixels. */
const CELL = 8;
/** From this level in all three channels on, a sensor or a JPEG encoder has run out of room. */
const SATURATED = 250;
/** Within a cell next to glare, light falls by at least the first and at most the second of these. */
const LEAST_FALL = 2;
const MOST_FALL = 60;
/** Smaller blobs (under a thousandth of the picture) hide nothing. In cells. */
const LEAST_BLOB = 3;

/**
 * Measures what makes a picture a poor reference: blur, glare, little contrast, few pixels.
 *
 * All but width and height are measured on the picture over white, brought to 512 pixels on its
 * longer side, so that they do not depend on resolution. A smaller picture is enlarged, and is as
 * blurred as it will look to a model. They depend on what is shown: compare pictures of one
 * document with one another before you trust a limit.
 *
 * - `sharpness`: variance of the 4-neighbour Laplacian of the grey picture (Pech-Pacheco et al.,
 *   Diatom autofocusing in brightfield microscopy, ICPR 2000), edges reflected, as in OpenCV's
 *   `Laplacian`. Grey is 0.299 R + 0.587 G + 0.114 B.
 * - `glare`: share of the picture in blobs that are saturated (250 or more in all channels) and
 *   most of whose rim fades gradually, as a reflection does. White paper, white panels and a white
 *   ground end in a step and do not count; nor does a lamp that bleaches a whole side of the page.
 *   Print inside of a reflection counts with it. In steps of 8 x 8 working pixels.
 * - `contrast`: 99th minus 1st percentile of grey, divided by 255. Not 5 and 95: print often covers
 *   less than a twentieth of a page.
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function measureQuality(image: RasterImage): ImageQuality {
  assertRasterImage(image);
  const { width, height } = image;
  const scale = WORKING_SIZE / Math.max(width, height);
  const side = (size: number) => Math.max(1, Math.round(size * scale));
  const working = resize(toRgb(image), side(width), side(height));
  const grey = greyOf(working);
  const [darkest, lightest] = percentiles(grey, 0.01, 0.99);
  return {
    width,
    height,
    sharpness: laplacianVariance(grey, working.width, working.height),
    glare: glareShare(working),
    contrast: (lightest! - darkest!) / 255,
  };
}

function greyOf({ data, width, height }: RasterImage): Uint8Array {
  const grey = new Uint8Array(width * height);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    grey[i] = 0.299 * data[from]! + 0.587 * data[from + 1]! + 0.114 * data[from + 2]! + 0.5;
  }
  return grey;
}

function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = neighbour(y, -1, height) * width;
    const below = neighbour(y, 1, height) * width;
    for (let x = 0; x < width; x++) {
      const value =
        grey[above + x]! +
        grey[below + x]! +
        grey[row + neighbour(x, -1, width)]! +
        grey[row + neighbour(x, 1, width)]! -
        4 * grey[row + x]!;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / grey.length;
  return squares / grey.length - mean * mean;
}

/** The place next to `at`, reflected at the ends without repeating them (a b c -> b a b c b). */
function neighbour(at: number, step: -1 | 1, size: number): number {
  if (size === 1) return 0;
  return at + step < 0 || at + step >= size ? at - step : at + step;
}

/** Levels that so large shares of the pixels stay below. */
function percentiles(grey: Uint8Array, ...shares: readonly number[]): number[] {
  const counts = new Uint32Array(256);
  for (let i = 0; i < grey.length; i++) counts[grey[i]!]!++;
  return shares.map((share) => {
    let left = Math.round(share * (grey.length - 1));
    let level = 0;
    while (left >= counts[level]!) left -= counts[level++]!;
    return level;
  });
}

function glareShare(image: RasterImage): number {
  const { paper, columns, rows } = paperLevels(image);
  const seen = new Uint8Array(paper.length);
  let glaring = 0;
  for (let seed = 0; seed < paper.length; seed++) {
    if (seen[seed] || paper[seed]! < SATURATED) continue;
    const blob = [seed];
    seen[seed] = 1;
    let rim = 0;
    let fading = 0;
    // The array grows while it is walked: each cell adds its saturated neighbours once.
    for (const cell of blob) {
      const x = cell % columns;
      const y = (cell - x) / columns;
      for (const [stepX, stepY] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const next = levelAt(x + stepX, y + stepY);
        const index = cell + stepY * columns + stepX;
        if (next >= SATURATED) {
          if (!seen[index]) blob.push(index);
          seen[index] = 1;
          continue;
        }
        const beyond = levelAt(x + 2 * stepX, y + 2 * stepY);
        // Nothing can be said where the picture ends.
        if (next < 0 || beyond < 0) continue;
        rim++;
        const fall = next - beyond;
        if (next >= SATURATED - MOST_FALL && fall >= LEAST_FALL && fall <= MOST_FALL) fading++;
      }
    }
    if (blob.length >= LEAST_BLOB && fading > rim / 2) glaring += blob.length;
  }
  return glaring / paper.length;

  function levelAt(x: number, y: number): number {
    return x >= 0 && y >= 0 && x < columns && y < rows ? paper[y * columns + x]! : -1;
  }
}

/** For each cell, the level of its lightest pixel, where a pixel is as light as its darkest channel. */
function paperLevels({ data, width, height }: RasterImage) {
  const columns = Math.ceil(width / CELL);
  const rows = Math.ceil(height / CELL);
  const paper = new Uint8Array(columns * rows);
  for (let y = 0, from = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x++, from += 3) {
      const cell = row + Math.floor(x / CELL);
      paper[cell] = Math.max(paper[cell]!, Math.min(data[from]!, data[from + 1]!, data[from + 2]!));
    }
  }
  return { paper, columns, rows };
}
