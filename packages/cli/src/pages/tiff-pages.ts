/** The pages of TIFFs as images to work on. */
import { decodeImage, type ImageSource, pagesOf } from '@docclf/node';
import { isBlankPage } from '@docclf/preprocess/blank-page';
import type { Input, OpenInput, ReadOptions } from './inputs.ts';
import { allPages } from './range.ts';

/** Pixels of a page's shorter side that are enough to see whether anything is on it. */
const lookedAt = 512;

export async function* tiffPages(
  { file, root, source }: OpenInput,
  { signal, pages: { from, to } = allPages }: ReadOptions,
): AsyncGenerator<Input, void, void> {
  const all = await pagesOf(source, { signal });
  if (all.length < 2) {
    if (from === 1) yield { file, root, source };
    return;
  }
  for (const [index, page] of all.entries()) {
    const number = index + 1;
    if (number < from || number > to) continue;
    const blank = await isBlank(page, signal);
    yield { file, root, page: number, pages: all.length, source: page, ...(blank && { isBlank: true }) };
  }
}

/** A page that cannot be read is not blank: what is wrong with it is said where it is read. */
async function isBlank(source: ImageSource, signal: AbortSignal): Promise<boolean> {
  try {
    return isBlankPage((await decodeImage(source, { side: lookedAt, signal })).image);
  } catch {
    return false;
  }
}
