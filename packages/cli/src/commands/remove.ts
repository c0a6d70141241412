/** docclf remove: forget a reference, or a label with its sub-labels. */
import type { Selection } from '@docclf/core';
import { parseLabel } from '@docclf/core';
import type { Context, GalleryOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withGallery } from '../gallery-file.ts';

export async function remove(
  { screen }: Context,
  selection: Selection,
  { gallery }: GalleryOptions,
): Promise<number> {
  if ('label' in selection) parseLabel(selection.label);
  const removed = await withGallery(gallery, (opened) => opened.remove(selection));
  await screen.print(`${removed} removed.`);
  return exitCodes.done;
}
