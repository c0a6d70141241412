/** docclf rename: move a label with its sub-labels. */
import { parseLabel } from '@docclf/core';
import type { Context, GalleryOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withGallery } from '../gallery-file.ts';
import { printable } from '../text.ts';

export async function rename(
  { screen }: Context,
  fromText: string,
  toText: string,
  { gallery, merge = false }: GalleryOptions & { readonly merge?: boolean },
): Promise<number> {
  const [from, to] = [parseLabel(fromText), parseLabel(toText)];
  const moved = await withGallery(gallery, (opened) => opened.rename(from, to, { merge }));
  await screen.print(`${moved} moved from ${printable(from)} to ${printable(to)}.`);
  return exitCodes.done;
}
