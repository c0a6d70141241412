/** The pages of TIFFs as images to work on. */
import { pagesOf } from '@docclf/node';
import { isBlankPage } from '@docclf/preprocess/blank-page';
import sharp from 'sharp';
import type { Input, OpenInput, ReadOptions } from './inputs.ts';
import { allPages } from './range.ts';

/** Pixels of a page's longer side that are enough to see whether anything is on it. */
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
    const blank = await isBlank(source, index);
    yield { file, root, page: number, pages: all.length, source: page, ...(blank && { isBlank: true }) };
  }
}

/** A page that cannot be read is not blank: what is wrong with it is said where it is read. */
async function isBlank(source: string | Uint8Array, page: number): Promise<boolean> {
  try {
    const { data, info } = await sharp(source, { page })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .resize(lookedAt, lookedAt, { fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return isBlankPage({ data, width: info.width, height: info.height, channels: info.channels as 3 });
  } catch {
    return false;
  }
}
