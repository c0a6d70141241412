/** One page of a file that a reader takes, as a picture: what every runtime asks of its readers. */
import { DocclfError } from '../errors.ts';
import { assertDocumentSize, type ImageLimits } from '../image-limits.ts';
import type { OptionKind } from '../options.ts';
import type { PagePixels, PageReader, ReadPage, ReadPagesOptions } from './contract.ts';

/** Pixels of a side that are enough for anything: A4 at 350 dots an inch. */
const largestSide = 4096;

/** The option `readers` of whoever takes pictures. */
export const listOfReaders: OptionKind = {
  expected: 'a list of readers',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((one) => Array.isArray(one?.formats) && typeof one.pages === 'function'),
};

/** An encoded file; `page` from 0, by default the first. */
export interface FileOfPages {
  readonly bytes: Uint8Array;
  /** Names it in errors. */
  readonly name: string;
  readonly page?: number | undefined;
}

export interface PagePicture {
  readonly image: PagePixels;
  /** Of the page, before it was shrunk. */
  readonly width: number;
  readonly height: number;
}

/** Which of the readers takes a format, as `formatOf` of `@docclf/preprocess/image-file` names it. */
export function readerOf(format: string | undefined, readers: readonly PageReader[]): PageReader | undefined {
  return readers.find(({ formats }) => format !== undefined && formats.includes(format));
}

/**
 * @param side pixels of which the page should have four times as many on each side
 * @throws what the reader throws; IMAGE_PAGE_MISSING and what `assertDocumentSize` throws
 */
export async function readPage(
  reader: PageReader,
  { bytes, name, page = 0 }: FileOfPages,
  side: number,
  { limits, signal }: Pick<ReadPagesOptions, 'signal'> & { readonly limits: ImageLimits },
): Promise<PagePicture> {
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

/** @throws what the reader throws */
export async function countPages(
  reader: PageReader,
  { bytes, name }: Pick<FileOfPages, 'bytes' | 'name'>,
  signal: ReadPagesOptions['signal'],
): Promise<number> {
  const first = await firstOf(reader.pages(bytes, { source: name, to: 1, side: 1, signal }));
  return first?.pages ?? 0;
}

async function firstOf(pages: AsyncGenerator<ReadPage, void, void>): Promise<ReadPage | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
