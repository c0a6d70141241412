/** From files to images, page by page. */
import { DocclfError } from '@docclf/core';
import { throwIfAborted } from '@docclf/core/implementer';
import type { ImageSource } from '@docclf/node';
import { readHead } from '@docclf/node/files';
import type { FoundFile, ReadableFile } from '../files/find-files.ts';
import { headLength, isTiff, kindByBytes } from '../files/kinds.ts';
import { allPages, type PageRange } from './range.ts';

/** Where an image lies, for whatever became of it. */
export interface InputPlace {
  readonly file: string;
  /** From 1; absent unless the file has several. */
  readonly page?: number;
  /** With `page`: how many the file has. */
  readonly pages?: number;
}

/** An image to work on. */
export interface InputImage extends InputPlace {
  /** The path of the command line that led to it. */
  readonly root: string;
  /** Nothing is on the page; of files of pages only. */
  readonly isBlank?: true;
  readonly source: ImageSource;
}

export type Input = InputImage | (InputPlace & { readonly error: unknown });

/** With the file that it is of. */
export type InputOfFile = Input & {
  readonly found: FoundFile;
  /** No image of the same file comes after it. */
  readonly isLast: boolean;
};

/** A file that is being read: its path, or the bytes of what no path opens. */
export interface OpenInput {
  readonly file: string;
  readonly root: string;
  readonly source: string | Uint8Array;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Default: all. */
  readonly pages?: PageRange | undefined;
}

/** The images of a file: several for a PDF or a TIFF of several pages, each made when it is asked for. Never none. */
export async function* imagesOf(
  found: FoundFile,
  options: ReadOptions,
): AsyncGenerator<InputOfFile, void, void> {
  // One behind what is read, to know the last.
  let held: Input | undefined;
  for await (const input of read(found, options)) {
    if (held) yield { ...held, found, isLast: false };
    held = input;
  }
  yield { ...(held ?? { file: found.file, error: missingPages(options.pages) }), found, isLast: true };
}

async function* read(found: FoundFile, options: ReadOptions): AsyncGenerator<Input, void, void> {
  if ('error' in found) {
    yield found;
    return;
  }
  const { file, root } = found;
  try {
    const open = { file, root, source: await sourceOf(found) };
    const kind = await kindOf(open.source);
    if (kind === 'pdf') yield* (await import('./pdf-pages.ts')).pdfPages(open, options);
    else if (kind === 'tiff') yield* (await import('./tiff-pages.ts')).tiffPages(open, options);
    else if ((options.pages ?? allPages).from === 1) yield open;
  } catch (error) {
    throwIfAborted(options.signal, 'Reading the pages');
    yield { file, error };
  }
}

function missingPages({ from, to } = allPages): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', {
    argument: '--pages',
    expected: 'pages that the file has',
    received: to === from ? `page ${from}` : `pages from ${from} on`,
  });
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
