/** docclf labels: what a gallery knows. */
import type { Context, GalleryOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { summarise } from '../gallery-file.ts';
import { jsonLine, pad, printable, widest } from '../text.ts';

export async function labels(
  { screen }: Context,
  { gallery, json }: GalleryOptions & { readonly json?: boolean },
): Promise<number> {
  const { labels: counts } = await summarise(gallery);
  const columns = widest(counts.map(({ label }) => printable(label)));
  for (const { label, references } of counts) {
    await screen.print(
      json ? jsonLine({ label, references }) : `${pad(printable(label), columns)}  ${references}`,
    );
  }
  return exitCodes.done;
}
