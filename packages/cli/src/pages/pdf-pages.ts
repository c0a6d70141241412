/** The pages of PDFs as images to work on. */

import { readRegular } from '@docclf/node/files';
import { isBlankPage } from '@docclf/preprocess/blank-page';
import type { Input, OpenInput, ReadOptions } from './inputs.ts';
import { allPages } from './range.ts';
import { pdfReader } from './readers.ts';

/** Drawn as they are asked for. */
export async function* pdfPages(
  { file, root, source }: OpenInput,
  { signal, pages: { from, to } = allPages }: ReadOptions,
): AsyncGenerator<Input, void, void> {
  const bytes = typeof source === 'string' ? await readRegular(source, { signal }) : source;
  for await (const page of pdfReader.pages(bytes, { source: file, from, to, signal })) {
    const { number, pages } = page;
    const place = { file, ...(pages > 1 && { page: number, pages }) };
    if ('error' in page) yield { ...place, error: page.error };
    else yield { ...place, root, source: page.image, ...(isBlankPage(page.image) && { isBlank: true }) };
  }
}
