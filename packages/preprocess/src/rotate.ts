import { applyOrientation, type ExifOrientation } from './orientation.ts';
import { PreprocessError } from './preprocess-error.ts';
import type { RasterImage } from './raster-image.ts';

const ORIENTATION_OF_TURNS: readonly ExifOrientation[] = [1, 6, 3, 8];

/**
 * Turns the picture by `turns` quarter turns: positive is clockwise, any whole number is taken
 * modulo 4. Lossless; 0 modulo 4 returns the image as it is (same object).
 *
 * @throws PreprocessError `INVALID_IMAGE`, or `INVALID_ARGUMENT` unless turns is whole
 */
export function rotateQuarterTurns(image: RasterImage, turns: number): RasterImage {
  if (!Number.isSafeInteger(turns)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a whole number of quarter turns, got ${turns}. Divide degrees by 90 and round.`,
    );
  }
  return applyOrientation(image, ORIENTATION_OF_TURNS[((turns % 4) + 4) % 4]!);
}
