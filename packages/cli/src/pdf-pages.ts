/** The pages of PDFs as images to work on. PDFium is loaded when the first PDF is met. */
import { readFile } from 'node:fs/promises';
import { createPdfReader, type PdfReader } from '@docclf/pdf';
import type { Input } from './inputs.ts';

let reader: Promise<PdfReader> | undefined;

/** Drawn as they are asked for. Pages count from 0, as those of a TIFF. */
export async function* pdfPages(
  {
    file,
    root,
    source,
  }: { readonly file: string; readonly root: string; readonly source: string | Uint8Array },
  signal: AbortSignal,
): AsyncGenerator<Input, void, void> {
  reader ??= createPdfReader();
  const bytes = typeof source === 'string' ? await readFile(source, { signal }) : source;
  for await (const page of (await reader).pages(bytes, { source: file, signal })) {
    const place = { file, ...(page.pages > 1 && { page: page.number - 1 }) };
    yield 'error' in page ? { ...place, error: page.error } : { ...place, root, source: page.image };
  }
}
