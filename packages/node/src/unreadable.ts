/**
 * Why an image could not be decoded, from its bytes alone: libvips keeps one error text for the whole process, so the
 * message of a decoder may be about another image that was decoded at the same time.
 */
import { DocclfError } from '@docclf/core';
import { endsEarly, formatOf, type ImageFormat, isImageFormat } from '@docclf/preprocess/image-file';

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

/**
 * The error for bytes that a decoder refused.
 *
 * @returns IMAGE_TRUNCATED or IMAGE_CORRUPT
 */
export function whyUnreadable(
  format: DecodableFormat,
  bytes: Uint8Array,
  source: string,
  cause: unknown,
): DocclfError {
  const code = endsEarly(format, bytes) ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT';
  return new DocclfError(code, { source }, { cause });
}
