/** Which images are taken, whatever decodes them. */
import { DocclfError } from './errors.ts';
import type { OptionKind, OptionTable } from './options.ts';

export interface ImageLimits {
  /** Largest file, stream or answer in bytes. Default 256 MiB. */
  readonly maximumBytes: number;
  /** Most pixels that an image may declare. Default 2^28: a 200-megapixel phone photo passes. */
  readonly maximumPixels: number;
  /**
   * Most pixels of a progressive JPEG and of an image that is no JPEG: every one of them passes through memory, while
   * another JPEG is decoded shrunken. Default 10^8, or `maximumPixels` where that is given: A3 at 600 dpi has 7 * 10^7.
   */
  readonly maximumPixelsDecodedWhole: number;
  /**
   * Most pixels of an AVIF, whose decoder takes 16 bytes and 50 nanoseconds for each, from a file of 3 kB if need be. Default
   * 2^25, or one of the limits above where it is given and less.
   */
  readonly maximumPixelsOfAvif: number;
}

export const defaultLimits: ImageLimits = {
  maximumBytes: 2 ** 28,
  maximumPixels: 2 ** 28,
  maximumPixelsDecodedWhole: 10 ** 8,
  maximumPixelsOfAvif: 2 ** 25,
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
  maximumPixelsOfAvif: limit,
};

/** The limits given, and the defaults for the others. */
export function imageLimits(given: Partial<ImageLimits>): ImageLimits {
  const { maximumBytes, maximumPixels } = given;
  const whole = given.maximumPixelsDecodedWhole ?? maximumPixels ?? defaultLimits.maximumPixelsDecodedWhole;
  return {
    maximumBytes: maximumBytes ?? defaultLimits.maximumBytes,
    maximumPixels: maximumPixels ?? defaultLimits.maximumPixels,
    maximumPixelsDecodedWhole: whole,
    maximumPixelsOfAvif: given.maximumPixelsOfAvif ?? Math.min(whole, defaultLimits.maximumPixelsOfAvif),
  };
}

/** The limit for an image of this format, by what decoding it takes. */
export function pixelLimitOf(
  format: string,
  { isProgressive }: { readonly isProgressive: boolean },
  limits: ImageLimits,
): number {
  if (format === 'avif') return limits.maximumPixelsOfAvif;
  return format === 'jpeg' && !isProgressive ? limits.maximumPixels : limits.maximumPixelsDecodedWhole;
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
