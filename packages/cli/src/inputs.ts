/** From files to images, page by page. */
import { type EncodedSource, type PageSource, pagesOf } from '@docclf/node';
import type { FoundFile, ReadableFile } from './files/find-files.ts';
import { isTiff } from './files/kinds.ts';
import { readHead } from './files/paths.ts';

/** An image to work on. */
export interface InputImage {
  readonly file: string;
  /** The path of the command line that led to it. */
  readonly root: string;
  /** Counted from 0; absent unless the file has several. */
  readonly page?: number;
  readonly source: EncodedSource | PageSource;
}

export type Input = InputImage | { readonly file: string; readonly error: unknown };

/** The images of a file: several for a TIFF of several pages. */
export async function imagesOf(found: FoundFile, signal: AbortSignal): Promise<Input[]> {
  if ('error' in found) return [found];
  const { file, root } = found;
  try {
    const source = await sourceOf(found);
    if (!(await hasPages(source))) return [{ file, root, source }];
    const pages = await pagesOf(source, { signal });
    if (pages.length === 1) return [{ file, root, source }];
    return pages.map((page) => ({ file, root, source: page, page: page.page }));
  } catch (error) {
    return [{ file, error }];
  }
}

/** A path, or the bytes of what no path opens. */
async function sourceOf({ file, read }: ReadableFile): Promise<string | Uint8Array> {
  return read ? read() : file;
}

/** By its first bytes, since uploads are often named without an ending. */
async function hasPages(source: string | Uint8Array): Promise<boolean> {
  if (typeof source !== 'string') return isTiff(source);
  // What cannot be read is reported where the image is read.
  return readHead(source, 4).then(isTiff, () => false);
}
