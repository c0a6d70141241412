/** Which images sharp is given at all. */
import { DocclfError } from '@docclf/core';
import { formatOf, type ImageFormat, isImageFormat } from '@docclf/preprocess/image-file';

/** What sharp's own binaries decode. */
export type DecodableFormat = Exclude<ImageFormat, 'heic' | 'bmp'>;

/**
 * The format by the signature, before any decoder sees the bytes: some that sharp has (SVG) work for minutes on a few
 * kilobytes and listen to nothing.
 *
 * @throws IMAGE_FORMAT_UNSUPPORTED
 */
export function decodableFormat(bytes: Uint8Array, source: string): DecodableFormat | 'bmp' {
  const format = formatOf(bytes);
  if (isImageFormat(format) && format !== 'heic') return format;
  throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source, format: format ?? 'no image signature' });
}
