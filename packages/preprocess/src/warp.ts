import { assertCorners, type Corners, type Point } from './corners.ts';
import { homography, type Matrix3 } from './homography.ts';
import { PreprocessError } from './preprocess-error.ts';
import { assertRasterImage, assertTargetSize, bytesOf, type RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';

/** What lies outside of the picture: a grey level 0 to 255 in all channels, or its edge pixels again. */
export type WarpBorder = number | 'replicate';

/**
 * Samples per output pixel and axis that `warpPerspective` keeps when it shrinks the picture first.
 * Measured against dense supersampling of fine print: at 6 the mean error is about 1 to 2 grey
 * levels, at 3 it is 2 to 5.
 */
const OVERSAMPLING = 6;
/** Most samples per output pixel and axis, whatever the corners say: bounds memory and time. */
const MOST_OVERSAMPLING = 16;

/**
 * Resamples a picture through a homography, bilinearly, rounded to nearest.
 *
 * `matrix` maps OUTPUT to INPUT, and here (unlike in `Corners`) whole coordinates are pixel centres:
 * output pixel (column, row) takes the input at `matrix * (column, row, 1)`, where (0, 0) is the
 * centre of the top-left pixel. It is OpenCV's `warpPerspective` with `WARP_INVERSE_MAP |
 * INTER_LINEAR`. Shrinking through it aliases; `warpPerspective` does not.
 *
 * Channels are interpolated independently: with alpha, call `toRgb` first.
 *
 * @param border default `'replicate'`
 * @throws PreprocessError `INVALID_IMAGE`, or `INVALID_ARGUMENT` on a bad size, matrix or border
 */
export function warpByHomography(
  image: RasterImage,
  matrix: Matrix3,
  width: number,
  height: number,
  border: WarpBorder = 'replicate',
): RasterImage {
  assertRasterImage(image);
  assertTargetSize(width, height);
  if (matrix.length !== 9 || !matrix.every(Number.isFinite)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a matrix of 9 finite numbers, row-major, got [${matrix}]. Take it from homography().`,
    );
  }
  if (border !== 'replicate' && !(border >= 0 && border <= 255)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a border of 0 to 255 or 'replicate', got ${border}. Leave it out for 'replicate'.`,
    );
  }
  const { channels, width: sourceWidth, height: sourceHeight } = image;
  const source = bytesOf(image);
  const stride = sourceWidth * channels;
  const lastX = sourceWidth - 1;
  const lastY = sourceHeight - 1;
  const constant = border === 'replicate' ? 0 : border;
  const data = new Uint8Array(width * height * channels);
  const [a, b, c, d, e, f, g, h, i] = matrix;

  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const w = g * column + h * row + i;
      const scale = w === 0 ? 0 : 1 / w;
      let x = (a * column + b * row + c) * scale;
      let y = (d * column + e * row + f) * scale;
      if (border === 'replicate') {
        x = between(0, x, lastX);
        y = between(0, y, lastY);
      }
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const down = y - top;
      if (
        left >= 0 &&
        top >= 0 &&
        left <= lastX &&
        top <= lastY &&
        (left < lastX || right === 0) &&
        (top < lastY || down === 0)
      ) {
        const from = top * stride + left * channels;
        // On the last column or row the far tap has weight 0: read the near one again.
        const across = right === 0 ? 0 : channels;
        const below = down === 0 ? 0 : stride;
        for (let channel = from; channel < from + channels; channel++) {
          const near = source[channel]! * (1 - right) + source[channel + across]! * right;
          const far = source[channel + below]! * (1 - right) + source[channel + below + across]! * right;
          data[to++] = near * (1 - down) + far * down + 0.5;
        }
      } else {
        for (let channel = 0; channel < channels; channel++) {
          const near = tap(left, top, channel) * (1 - right) + tap(left + 1, top, channel) * right;
          const far = tap(left, top + 1, channel) * (1 - right) + tap(left + 1, top + 1, channel) * right;
          data[to++] = near * (1 - down) + far * down + 0.5;
        }
      }
    }
  }
  return { data, width, height, channels };

  function tap(x: number, y: number, channel: number): number {
    return x >= 0 && y >= 0 && x <= lastX && y <= lastY
      ? source[y * stride + x * channels + channel]!
      : constant;
  }
}

/**
 * Straightens the document within `corners` to a picture of exactly `width` x `height`.
 *
 * A document larger than the output is first warped at about its own size and then averaged down
 * by `resize`, so that fine print turns to even grey rather than to moire, and so that the result
 * is what a full decode and an area downscale would give. With the corners of the whole picture it
 * equals `resize(image, width, height)`, within 1 grey level. From twelve times the output's size on,
 * the picture is first shrunk by area, to at least six times, so that time stays bounded.
 *
 * What lies outside of the picture repeats its edge. With alpha, call `toRgb` first.
 *
 * @param corners of the document in `image`, clockwise from its own top left; see `Corners`
 * @throws PreprocessError `INVALID_IMAGE`, `INVALID_CORNERS`, or `INVALID_ARGUMENT` on a bad size
 */
export function warpPerspective(
  image: RasterImage,
  corners: Corners,
  width: number,
  height: number,
): RasterImage {
  assertRasterImage(image);
  assertCorners(corners);
  assertTargetSize(width, height);
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const ownWidth = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight));
  const ownHeight = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight));

  const factor = Math.floor(Math.min(ownWidth / width, ownHeight / height) / OVERSAMPLING);
  const smaller = (size: number) => (factor > 1 ? Math.max(1, Math.round(size / factor)) : size);
  const source = resize(image, smaller(image.width), smaller(image.height));
  const scaleX = source.width / image.width;
  const scaleY = source.height / image.height;

  const warpWidth = between(width, Math.round(ownWidth * scaleX), width * MOST_OVERSAMPLING);
  const warpHeight = between(height, Math.round(ownHeight * scaleY), height * MOST_OVERSAMPLING);
  // Corners count from a pixel's outer corner, warpByHomography from its centre: half a pixel apart.
  const centred = (x: number, y: number): Point => ({ x: x - 0.5, y: y - 0.5 });
  const matrix = homography(
    [centred(0, 0), centred(warpWidth, 0), centred(warpWidth, warpHeight), centred(0, warpHeight)],
    corners.map(({ x, y }) => centred(x * scaleX, y * scaleY)) as unknown as Corners,
  );
  return resize(warpByHomography(source, matrix, warpWidth, warpHeight), width, height);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
