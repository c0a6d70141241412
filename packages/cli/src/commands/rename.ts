/** docclf rename: move a label with its sub-labels. */
import { parseLabel } from '@docclf/core';
import type { Context, GalleryOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withGallery } from '../gallery-file.ts';
import { assertLabels } from '../labels.ts';
import { printable } from '../text.ts';

export async function rename(
  { screen }: Context,
  fromText: string,
  toText: string,
  { gallery, merge = false }: GalleryOptions & { readonly merge?: boolean },
): Promise<number> {
  const [from, to] = [parseLabel(fromText), parseLabel(toText)];
  const moved = await withGallery(gallery, async (opened) => {
    assertLabels([from], await opened.labels(), 'the label to rename');
    return opened.rename(from, to, { merge });
  });
  await screen.print(`${moved} moved from ${printable(from)} to ${printable(to)}.`);
  return exitCodes.done;
}
