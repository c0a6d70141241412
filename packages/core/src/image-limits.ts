/** Which images are taken, whatever decodes them. */
import { DocclfError } from './errors.ts';
import type { OptionKind, OptionTable } from './options.ts';

export interface ImageLimits {
  /** Largest file, stream or answer in bytes. Default 256 MiB. */
  readonly maximumBytes: number;
  /** Most pixels that an image may declare. Default 2^28: a 200-megapixel phone photo passes. */
  readonly maximumPixels: number;
  /**
   * Most pixels of an image that is no JPEG: every one of them passes through memory, while a JPEG is decoded shrunken.
   * Default 10^8, or `maximumPixels` where that is given: A3 at 600 dpi has 7 * 10^7.
   */
  readonly maximumPixelsDecodedWhole: number;
}

export const defaultLimits: ImageLimits = {
  maximumBytes: 2 ** 28,
  maximumPixels: 2 ** 28,
  maximumPixelsDecodedWhole: 10 ** 8,
};

/** Not NaN: no comparison with it holds, and it would be no limit. */
const limit: OptionKind = {
  expected: 'a number above 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};

export const imageLimitOptions: OptionTable<ImageLimits> = {
  maximumBytes: limit,
  maximumPixels: limit,
  maximumPixelsDecodedWhole: limit,
};

/** The limits given, and the defaults for the others. */
export function imageLimits(given: Partial<ImageLimits>): ImageLimits {
  const { maximumBytes, maximumPixels, maximumPixelsDecodedWhole } = given;
  return {
    maximumBytes: maximumBytes ?? defaultLimits.maximumBytes,
    maximumPixels: maximumPixels ?? defaultLimits.maximumPixels,
    maximumPixelsDecodedWhole:
      maximumPixelsDecodedWhole ?? maximumPixels ?? defaultLimits.maximumPixelsDecodedWhole,
  };
}

/** Below this no layout is left to recognise. */
const minimumSide = 16;
/** A long till receipt reaches 20. */
const maximumAspect = 40;

/**
 * Refuses sizes that no document has, by the declared size and before anything is decoded.
 *
 * @param source names the image in errors
 * @throws IMAGE_WITHOUT_PIXELS, IMAGE_TOO_LARGE, IMAGE_TOO_NARROW, IMAGE_TOO_SMALL
 */
export function assertDocumentSize(
  source: string,
  { width, height }: { readonly width: number; readonly height: number },
  { maximumPixels }: Pick<ImageLimits, 'maximumPixels'>,
): void {
  const size = { source, width, height };
  if (width === 0 || height === 0) throw new DocclfError('IMAGE_WITHOUT_PIXELS', size);
  if (width * height > maximumPixels) throw new DocclfError('IMAGE_TOO_LARGE', { ...size, maximumPixels });
  const [short, long] = width < height ? [width, height] : [height, width];
  if (long > short * maximumAspect) throw new DocclfError('IMAGE_TOO_NARROW', { ...size, maximumAspect });
  if (short < minimumSide) throw new DocclfError('IMAGE_TOO_SMALL', { ...size, minimumSide });
}
