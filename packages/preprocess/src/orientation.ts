import { PreprocessError } from './preprocess-error.ts';
import { assertRasterImage, bytesOf, type RasterImage } from './raster-image.ts';

/** Value of the EXIF tag Orientation (0x0112); 1 means that the pixels are upright already. */
export type ExifOrientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * EXIF 2.32, section 4.6.4, tag 0x0112, read as: the upright pixel (x, y) is found in the stored
 * picture by exchanging x and y (`swap`), then counting from the right (`flipX`) or from the
 * bottom (`flipY`) of the stored picture.
 */
const TRANSFORMS: Record<ExifOrientation, readonly [swap: boolean, flipX: boolean, flipY: boolean]> = {
  1: [false, false, false], // upright
  2: [false, true, false], // mirrored left to right
  3: [false, true, true], // half a turn
  4: [false, false, true], // mirrored top to bottom
  5: [true, false, false], // mirrored along the main diagonal
  6: [true, false, true], // needs a quarter turn clockwise
  7: [true, true, true], // mirrored along the other diagonal
  8: [true, true, false], // needs a quarter turn counter-clockwise
};

/**
 * The upright picture, given the stored one and its EXIF orientation. Pixels move, none changes;
 * orientation 1 returns the image as it is (same object).
 *
 * @throws PreprocessError `INVALID_IMAGE`, or `INVALID_ARGUMENT` unless orientation is 1 to 8
 */
export function applyOrientation(image: RasterImage, orientation: ExifOrientation): RasterImage {
  assertRasterImage(image);
  const [swap, flipX, flipY] = transformOf(orientation);
  if (orientation === 1) return image;
  const { channels } = image;
  const source = bytesOf(image);
  const width = swap ? image.height : image.width;
  const height = swap ? image.width : image.height;
  const data = new Uint8Array(source.length);

  const stepX = flipX ? -channels : channels;
  const stepY = (flipY ? -image.width : image.width) * channels;
  const start = (flipX ? (image.width - 1) * channels : 0) + (flipY ? (image.height - 1) * stepY * -1 : 0);
  const alongRow = swap ? stepY : stepX;
  const alongColumn = swap ? stepX : stepY;

  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = start + y * alongColumn;
    for (let x = 0; x < width; x++, from += alongRow) {
      for (let c = 0; c < channels; c++) data[to++] = source[from + c]!;
    }
  }
  return { data, width, height, channels };
}

/**
 * Whether width and height change places when this orientation is applied (5 to 8).
 *
 * @throws PreprocessError `INVALID_ARGUMENT` unless orientation is 1 to 8
 */
export function orientationSwapsAxes(orientation: ExifOrientation): boolean {
  return transformOf(orientation)[0];
}

function transformOf(orientation: ExifOrientation) {
  const transform = TRANSFORMS[orientation];
  if (transform === undefined) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected an EXIF orientation from 1 to 8, got ${orientation}. Use 1 when the tag is absent or invalid.`,
    );
  }
  return transform;
}
