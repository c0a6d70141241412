/** From the paths of the command line to images, page by page. */
import { open, stat } from 'node:fs/promises';
import { listImageFiles, type PageSource, pagesOf } from '@docclf/node';

/** A file that was found, or a path that led nowhere. */
export type FoundFile =
  | { readonly file: string; readonly root: string }
  | { readonly file: string; readonly error: unknown };

/** An image to work on. `root` is the path of the command line that led to it. */
export interface InputImage {
  readonly file: string;
  readonly root: string;
  /** Counted from 0; absent unless the file has several. */
  readonly page?: number;
  readonly source: string | PageSource;
}

export type Input = InputImage | { readonly file: string; readonly error: unknown };

/** Every file that the paths name, in their order; a bad path is an entry of its own. */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const root of paths) {
    try {
      for (const file of await listImageFiles(root)) found.push({ file, root });
    } catch (error) {
      found.push({ file: root, error });
    }
  }
  return found;
}

/** The images of a file: several for a TIFF of several pages. */
export async function imagesOf(found: FoundFile, signal: AbortSignal): Promise<Input[]> {
  if ('error' in found) return [found];
  const { file, root } = found;
  try {
    if (!(await isTiff(file))) return [{ file, root, source: file }];
    const pages = await pagesOf(file, { signal });
    if (pages.length === 1) return [{ file, root, source: file }];
    return pages.map((source) => ({ file, root, source, page: source.page }));
  } catch (error) {
    return [{ file, error }];
  }
}

/** By its first bytes, since uploads are often named without an ending. Only a file can be read twice. */
async function isTiff(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    const handle = await open(file);
    try {
      const start = Buffer.alloc(4);
      await handle.read(start, 0, 4, 0);
      return tiffSignatures.has(start.toString('latin1'));
    } finally {
      await handle.close();
    }
  } catch {
    // What cannot be read is reported where the image is read.
    return false;
  }
}

/** Little and big endian, each also as BigTIFF. */
const tiffSignatures: ReadonlySet<string> = new Set(['II*\0', 'MM\0*', 'II+\0', 'MM\0+']);
