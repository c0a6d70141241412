/** The pages of a TIFF as sources of their own. */
import type { ImageLimits, WithSignal } from '@docclf/core';
import {
  abortSignal,
  checkOptions,
  imageLimitOptions,
  imageLimits,
  type OptionTable,
} from '@docclf/core/implementer';
import { countPages } from './decode.ts';
import { type EncodedSource, type PageSource, readSource } from './source.ts';

type PagesOptions = Partial<ImageLimits> & WithSignal;
const pagesOptions: OptionTable<PagesOptions> = { ...imageLimitOptions, signal: abortSignal };

/**
 * The pages of an encoded image, one source each: for most images one, for a fax or a scanner's TIFF all.
 *
 * @example
 * for await (const { result } of classifier.classifyMany(await pagesOf('scan.tiff'))) console.log(result.label);
 *
 * @throws IMAGE_*, FILE_*
 */
export async function pagesOf(source: EncodedSource, given?: PagesOptions): Promise<PageSource[]> {
  const options = checkOptions('pagesOf', given, pagesOptions);
  const limits = imageLimits(options);
  const read = await readSource(source, limits.maximumBytes, options.signal);
  const pages = await countPages(read, limits);
  // A path is read again page by page; bytes and streams are kept, since a stream cannot be read twice.
  const again =
    typeof source === 'string' || source instanceof URL || read.kind !== 'bytes' ? source : read.bytes;
  return Array.from({ length: pages }, (_, page) => ({ source: again, page }));
}
