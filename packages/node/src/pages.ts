/** The pages of a TIFF or PDF as sources of their own. */
import type { WithSignal } from '@docclf/core';
import { abortSignal, checkOptions, type OptionTable } from '@docclf/core/implementer';
import { countPages } from './decode.ts';
import { decodeMeans, type ImageOptions, imageOptions } from './image-options.ts';
import { type EncodedSource, type PageSource, readSource } from './source.ts';

type PagesOptions = ImageOptions & WithSignal;
const pagesOptions: OptionTable<PagesOptions> = { ...imageOptions, signal: abortSignal };

/**
 * The pages of an encoded image, one source each: for most images one, for a fax or a scanner's TIFF all, and for what a
 * reader takes, such as a PDF. Each is opened anew: of large PDFs, ask the reader for its `pages` and classify these.
 *
 * @example
 * for await (const { result } of classifier.classifyMany(await pagesOf('scan.tiff'))) console.log(result.label);
 *
 * @throws IMAGE_*, FILE_*; what a reader throws
 */
export async function pagesOf(source: EncodedSource, given?: PagesOptions): Promise<PageSource[]> {
  const options = checkOptions('pagesOf', given, pagesOptions);
  const means = decodeMeans(options);
  const read = await readSource(source, means.limits.maximumBytes, options.signal);
  const pages = await countPages(read, means, options.signal);
  // A path is read again page by page; bytes and streams are kept, since a stream cannot be read twice.
  const again =
    typeof source === 'string' || source instanceof URL || read.kind !== 'bytes' ? source : read.bytes;
  return Array.from({ length: pages }, (_, page) => ({ source: again, page }));
}
