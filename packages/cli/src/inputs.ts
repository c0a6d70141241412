/** From files to images, page by page. */
import { throwIfAborted } from '@docclf/core/implementer';
import { type ImageSource, pagesOf } from '@docclf/node';
import type { FoundFile, ReadableFile } from './files/find-files.ts';
import { headLength, isTiff, kindByBytes } from './files/kinds.ts';
import { readHead } from './files/paths.ts';

/** An image to work on. */
export interface InputImage {
  readonly file: string;
  /** The path of the command line that led to it. */
  readonly root: string;
  /** Counted from 0; absent unless the file has several. */
  readonly page?: number;
  readonly source: ImageSource;
}

export type Input = InputImage | { readonly file: string; readonly page?: number; readonly error: unknown };

/** The images of a file: several for a PDF or a TIFF of several pages, each made when it is asked for. */
export async function* imagesOf(found: FoundFile, signal: AbortSignal): AsyncGenerator<Input, void, void> {
  if ('error' in found) {
    yield found;
    return;
  }
  const { file, root } = found;
  try {
    const source = await sourceOf(found);
    const kind = await kindOf(source);
    if (kind === 'pdf') {
      // Loaded here: a run without PDFs need not wait for PDFium.
      const { pdfPages } = await import('./pdf-pages.ts');
      yield* pdfPages({ file, root, source }, signal);
      return;
    }
    const pages = kind === 'tiff' ? await pagesOf(source, { signal }) : [];
    if (pages.length < 2) yield { file, root, source };
    else for (const page of pages) yield { file, root, source: page, page: page.page };
  } catch (error) {
    throwIfAborted(signal, 'Reading the pages');
    yield { file, error };
  }
}

/** A path, or the bytes of what no path opens. */
async function sourceOf({ file, read }: ReadableFile): Promise<string | Uint8Array> {
  return read ? read() : file;
}

/** By its first bytes, since uploads are often named without an ending. */
async function kindOf(source: string | Uint8Array): Promise<'pdf' | 'tiff' | 'image'> {
  // What cannot be read is reported where the image is read.
  const head =
    typeof source === 'string' ? await readHead(source, headLength).catch(() => undefined) : source;
  if (head === undefined) return 'image';
  const start = head.subarray(0, headLength);
  if (isTiff(start)) return 'tiff';
  return kindByBytes(start) === 'pdf' ? 'pdf' : 'image';
}
