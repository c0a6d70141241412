/** A picture's pixels, for who shows or saves them. */
import type { WithSignal } from '@docclf/core';
import {
  abortSignal,
  anything,
  checkOptions,
  type OptionTable,
  positiveInteger,
} from '@docclf/core/implementer';
import { type DecodedImage, decode } from './decode.ts';
import { decodeMeans, type ImageOptions, imageOptions } from './image-options.ts';
import { type ImageSource, readSource } from './source.ts';

export interface DecodeImageOptions extends ImageOptions, WithSignal {
  /** Pixels of the shorter side that are enough: while decoding it may be shrunk to no fewer. Default: all. */
  readonly side?: number | undefined;
}

const decodeOptions: OptionTable<DecodeImageOptions> = {
  ...imageOptions,
  side: anything,
  signal: abortSignal,
};

/**
 * Upright RGB pixels of any source that a classifier takes, and the size of the picture that they are of.
 *
 * @example
 * const { image } = await decodeImage('photo.heic', { readers, side: 1000 });
 * await writeFile('photo.jpg', await encodeJpeg(image));
 *
 * @throws IMAGE_*, FILE_*, INVALID_ARGUMENT, ABORTED; what a reader throws
 */
export async function decodeImage(source: ImageSource, options?: DecodeImageOptions): Promise<DecodedImage> {
  const { side, signal, ...rest } = checkOptions('decodeImage', options, decodeOptions);
  const means = decodeMeans(rest);
  const read = await readSource(source, means.limits.maximumBytes, signal);
  return decode(read, side === undefined ? Infinity : positiveInteger('side', side) / 4, means, signal);
}
