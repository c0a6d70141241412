/** One page of a file that a reader takes, as a picture. */
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize } from '@docclf/core/implementer';
import type { PageReader, ReadPage, ReadPagesOptions } from '@docclf/core/readers';
import { formatOf } from '@docclf/preprocess/image-file';
import type { DecodedImage } from './decode.ts';
import type { ReadBytes } from './source.ts';

/** Pixels of a side that are enough for anything: A4 at 350 dots an inch. */
const largestSide = 4096;

/** Which of the readers takes this file. */
export function readerOf(bytes: Uint8Array, readers: readonly PageReader[]): PageReader | undefined {
  if (readers.length === 0) return undefined;
  const format = formatOf(bytes);
  return readers.find(({ formats }) => format !== undefined && formats.includes(format));
}

/**
 * @param side as of `decode`
 * @throws what the reader throws; IMAGE_PAGE_MISSING and what `assertDocumentSize` throws
 */
export async function readPage(
  reader: PageReader,
  { bytes, name, page = 0 }: ReadBytes,
  side: number,
  { limits, signal }: Pick<ReadPagesOptions, 'signal'> & { readonly limits: ImageLimits },
): Promise<DecodedImage> {
  const enough = Math.min(4 * side, largestSide);
  const asked = { source: name, from: page + 1, to: page + 1, side: enough, signal };
  const found = await firstOf(reader.pages(bytes, asked));
  if (!found) {
    const pages = await countPages(reader, { bytes, name }, signal);
    throw new DocclfError('IMAGE_PAGE_MISSING', { source: name, page, pages });
  }
  if ('error' in found) throw found.error;
  const { image, size = image } = found;
  assertDocumentSize(name, size, limits);
  return { image, width: size.width, height: size.height };
}

export async function countPages(
  reader: PageReader,
  { bytes, name }: Pick<ReadBytes, 'bytes' | 'name'>,
  signal: ReadPagesOptions['signal'],
): Promise<number> {
  const first = await firstOf(reader.pages(bytes, { source: name, to: 1, side: 1, signal }));
  return first?.pages ?? 0;
}

async function firstOf(pages: AsyncGenerator<ReadPage, void, void>): Promise<ReadPage | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
