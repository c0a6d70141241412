import { PreprocessError } from './preprocess-error.ts';
import { assertTargetSize, type RasterImage } from './raster-image.ts';
import { resize } from './resize.ts';
import { toRgb } from './to-rgb.ts';

/**
 * What a model wants to see. `width` and `height` in pixels; `mean` and `std` per channel (red,
 * green, blue) on the scale where a pixel runs from 0 to 1.
 */
export interface TensorSpec {
  readonly width: number;
  readonly height: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/**
 * The picture as a model's input: RGB over white, resized to `width` x `height` without keeping the
 * aspect ratio, then `(pixel / 255 - mean) / std`, planar (NCHW with N = 1): all red, all green,
 * all blue, row-major. Resized pixels are rounded to 8 bits first, as they are in training.
 *
 * @param out where to write, so that a batch needs one array; default: a new array of
 * `3 * height * width`
 * @param offset first element to write, default 0; the n-th picture of a batch is at
 * `n * 3 * height * width`
 * @returns `out`
 * @throws PreprocessError `INVALID_IMAGE`, or `INVALID_ARGUMENT` on a bad size, mean, std, or an
 * `out` too short
 */
export function toTensor(image: RasterImage, spec: TensorSpec, out?: Float32Array, offset = 0): Float32Array {
  const { width, height, mean, std } = spec;
  assertTargetSize(width, height);
  const plane = width * height;
  const tensor = out ?? new Float32Array(offset + 3 * plane);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + 3 * plane > tensor.length) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected room for ${3 * plane} values from offset ${offset}, got an array of ${tensor.length}. Allocate batch * 3 * height * width.`,
    );
  }
  const { data } = resize(toRgb(image), width, height);
  for (let channel = 0; channel < 3; channel++) {
    const levels = normalisedLevels(mean[channel]!, std[channel]!);
    const start = offset + channel * plane;
    for (let i = 0, from = channel; i < plane; i++, from += 3) tensor[start + i] = levels[data[from]!]!;
  }
  return tensor;
}

/** The normalised value of each of the 256 grey levels: one division a level, not one a pixel. */
function normalisedLevels(mean: number, std: number): Float32Array {
  if (!Number.isFinite(mean) || !(std > 0 && std < Infinity)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a finite mean and a positive std per channel, got mean ${mean} and std ${std}. Copy both from the model's manifest.`,
    );
  }
  return Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean) / std);
}
