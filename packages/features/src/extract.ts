/** From a picture to its features. */
import { type RasterImage, resize, toRgb } from '@docclf/preprocess';
import { describePoint, directionsAt } from './describe.ts';
import { findPlaces, type Place } from './detect.ts';
import { type Features, wordsOfPoint } from './features.ts';
import { type Plane, scaleSpace, scalesOfOctave } from './scale-space.ts';

export interface ExtractOptions {
  /** Long side in pixels to which a larger picture is shrunk. Default 416. */
  readonly side?: number | undefined;
  /** Points that are kept, the strongest. Default 400. */
  readonly most?: number | undefined;
}

/**
 * The strongest places of a picture, in pixels of the picture as it was given. A picture without a corner has none.
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function extractFeatures(
  image: RasterImage,
  { side = 416, most = 400 }: ExtractOptions = {},
): Features {
  const scaling = Math.min(1, side / Math.max(image.width, image.height));
  const scaled = (length: number) => Math.max(1, Math.round(length * scaling));
  const grey = greyOf(resize(image, scaled(image.width), scaled(image.height)));
  const places = strongest(findPlaces(scaleSpace(grey)), most);
  return describe(places, most, image, grey);
}

/** Ties in the order in which they were found, so that the same picture always gives the same. */
function strongest(places: readonly Place[], most: number): Place[] {
  return [...places].sort((a, b) => b.strength - a.strength).slice(0, most);
}

function describe(places: readonly Place[], most: number, image: RasterImage, grey: Plane): Features {
  const columns = { x: [] as number[], y: [] as number[], scale: [] as number[], angle: [] as number[] };
  const bits = new Uint32Array(most * wordsOfPoint);
  const across = image.width / grey.width;
  const down = image.height / grey.height;
  let count = 0;
  for (const { octave, plane, x, y, blur } of places) {
    const blurred = octave.blurred[Math.min(scalesOfOctave, Math.max(1, Math.round(plane)))]!;
    for (const angle of directionsAt(blurred, x, y, blur)) {
      if (count === most) break;
      describePoint(blurred, { x, y, blur, angle }, bits, count * wordsOfPoint);
      // The middle of an octave's first pixel is the middle of the picture's first.
      columns.x.push((x * octave.step + 0.5) * across);
      columns.y.push((y * octave.step + 0.5) * down);
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
