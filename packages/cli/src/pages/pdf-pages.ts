/** The pages of PDFs as images to work on. PDFium is loaded when the first PDF is met. */
import { readFile } from 'node:fs/promises';
import { createPdfReader, type PdfReader } from '@docclf/pdf';
import { isBlankPage } from '@docclf/preprocess/blank-page';
import type { Input, OpenInput, ReadOptions } from './inputs.ts';
import { allPages } from './range.ts';

let reader: Promise<PdfReader> | undefined;

/** Drawn as they are asked for. */
export async function* pdfPages(
  { file, root, source }: OpenInput,
  { signal, pages: { from, to } = allPages }: ReadOptions,
): AsyncGenerator<Input, void, void> {
  reader ??= createPdfReader();
  const bytes = typeof source === 'string' ? await readFile(source, { signal }) : source;
  for await (const page of (await reader).pages(bytes, { source: file, from, to, signal })) {
    const { number, pages } = page;
    const place = { file, ...(pages > 1 && { page: number, pages }) };
    if ('error' in page) yield { ...place, error: page.error };
    else yield { ...place, root, source: page.image, ...(isBlankPage(page.image) && { isBlank: true }) };
  }
}
