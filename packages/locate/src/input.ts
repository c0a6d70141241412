/** The picture as the localiser's input. */
import {
  type Corners,
  PreprocessError,
  type RasterImage,
  type TensorSpec,
  toTensor,
} from '@docclf/preprocess';
import { inputMargin, inputSide, photoSide } from './layout.ts';
import { createPyramid } from './pyramid.ts';

/** Values of one picture in the network's input, `[3, 192, 192]`. */
export const inputLength = 3 * inputSide * inputSide;

/**
 * The picture, or the part of it within `corners`, squashed to 160 x 160 by area and normalised, planar, in a margin of 16
 * zeros on each side: `[3, 192, 192]`, red, green, blue.
 *
 * @param normalisation the localiser's mean and std, from the model's manifest
 * @param corners what to look at; default the whole picture. They may lie outside of it
 * @throws PreprocessError `INVALID_IMAGE`, `INVALID_CORNERS`, or `INVALID_ARGUMENT` on a bad mean, std, or an `out` too short
 */
export function localiserInput(
  image: RasterImage,
  normalisation: Pick<TensorSpec, 'mean' | 'std'>,
  corners?: Corners,
  out: Float32Array = new Float32Array(inputLength),
  offset = 0,
): Float32Array {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + inputLength > out.length) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected room for ${inputLength} values from offset ${offset}, got an array of ${out.length}. Allocate batch * ${inputLength}.`,
    );
  }
  const part = corners === undefined ? image : createPyramid(image).cutOut(corners, photoSide, photoSide);
  const { mean, std } = normalisation;
  const photo = toTensor(part, { width: photoSide, height: photoSide, mean, std });
  out.fill(0, offset, offset + inputLength);
  for (let row = 0; row < 3 * photoSide; row++) {
    const channel = Math.floor(row / photoSide);
    const line = channel * inputSide + inputMargin + (row % photoSide);
    const from = row * photoSide;
    out.set(photo.subarray(from, from + photoSide), offset + line * inputSide + inputMargin);
  }
  return out;
}
