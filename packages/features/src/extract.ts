/** From a picture to its features. */
import { type RasterImage, resize, toRgb } from '@docclf/preprocess';
import type { Plane } from './blur.ts';
import { describePoint, directionsAt } from './describe.ts';
import { findPlaces, type Place } from './detect.ts';
import { type Features, wordsOfPoint } from './features.ts';
import { scaleSpace, scalesOfOctave } from './scale-space.ts';

export interface ExtractOptions {
  /** Long side in pixels to which a larger picture is shrunk. Default 416. */
  readonly side?: number | undefined;
  /** Points that are kept, the strongest. Default 400. */
  readonly most?: number | undefined;
  /**
   * Only this part is looked at, cut to the picture; points count in pixels of the whole all the same. In whole pixels.
   * Default all.
   */
  readonly within?: Box | undefined;
}

/** Pixels of a picture from `left` up to `right`, and from `top` up to `bottom`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The strongest places of a picture, in pixels of the picture as it was given. A picture without a corner has none.
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function extractFeatures(image: RasterImage, options: ExtractOptions = {}): Features {
  const { side = 416, most = 400, within } = options;
  const whole = { left: 0, top: 0, right: image.width, bottom: image.height };
  const box = within ? clip(within, whole) : whole;
  const part = within ? crop(image, box) : image;
  const scaling = Math.min(1, side / Math.max(part.width, part.height));
  const scaled = (length: number) => Math.max(1, Math.round(length * scaling));
  const grey = greyOf(resize(part, scaled(part.width), scaled(part.height)));
  const places = strongest(findPlaces(scaleSpace(grey)), most);
  return describe(places, most, image, box, grey);
}

/** At least one pixel of the whole. */
function clip(box: Box, whole: Box): Box {
  const left = Math.max(0, Math.min(whole.right - 1, box.left));
  const top = Math.max(0, Math.min(whole.bottom - 1, box.top));
  const right = Math.max(left + 1, Math.min(whole.right, box.right));
  return { left, top, right, bottom: Math.max(top + 1, Math.min(whole.bottom, box.bottom)) };
}

function crop({ data, width, channels }: RasterImage, { left, top, right, bottom }: Box): RasterImage {
  const row = (right - left) * channels;
  const cropped = new Uint8Array(row * (bottom - top));
  for (let y = top, to = 0; y < bottom; y++, to += row) {
    const from = (y * width + left) * channels;
    cropped.set(data.subarray(from, from + row), to);
  }
  return { data: cropped, width: right - left, height: bottom - top, channels };
}

/** Ties in the order in which they were found, so that the same picture always gives the same. */
function strongest(places: readonly Place[], most: number): Place[] {
  return [...places].sort((a, b) => b.strength - a.strength).slice(0, most);
}

function describe(
  places: readonly Place[],
  most: number,
  image: RasterImage,
  box: Box,
  grey: Plane,
): Features {
  const columns = { x: [] as number[], y: [] as number[], scale: [] as number[], angle: [] as number[] };
  const bits = new Uint32Array(most * wordsOfPoint);
  const across = (box.right - box.left) / grey.width;
  const down = (box.bottom - box.top) / grey.height;
  let count = 0;
  for (const { octave, plane, x, y, blur } of places) {
    const blurred = octave.blurred[Math.min(scalesOfOctave, Math.max(1, Math.round(plane)))]!;
    for (const angle of directionsAt(blurred, x, y, blur)) {
      if (count === most) break;
      describePoint(blurred, { x, y, blur, angle }, bits, count * wordsOfPoint);
      // The middle of an octave's first pixel is the middle of the picture's first.
      columns.x.push(box.left + (x * octave.step + 0.5) * across);
      columns.y.push(box.top + (y * octave.step + 0.5) * down);
      columns.scale.push(blur * octave.step * across);
      columns.angle.push(angle);
      count++;
    }
  }
  return {
    width: image.width,
    height: image.height,
    count,
    x: Float32Array.from(columns.x),
    y: Float32Array.from(columns.y),
    scale: Float32Array.from(columns.scale),
    angle: Float32Array.from(columns.angle),
    bits: bits.slice(0, count * wordsOfPoint),
  };
}

/** Rec. 601, as decoders and OpenCV have it. */
function greyOf(image: RasterImage): Plane {
  const { data, width, height, channels } = image.channels === 4 ? toRgb(image) : image;
  const grey = new Float32Array(width * height);
  if (channels === 1) for (let i = 0; i < grey.length; i++) grey[i] = data[i]! / 255;
  else {
    for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
      grey[i] = (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!) / 255;
    }
  }
  return { data: grey, width, height };
}
