/** docclf remove: forget a reference, or a label with its sub-labels. */
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { DocclfError, isWithin, parseLabel, type Selection } from '@docclf/core';
import type { Context, GalleryOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withGallery } from '../gallery-file.ts';
import { assertLabels } from '../labels.ts';
import { printable } from '../text.ts';

export interface RemoveCommandOptions extends GalleryOptions {
  readonly dryRun?: boolean;
  /** Do not ask. */
  readonly yes?: boolean;
}

/** More than these are not taken away unasked: `a` instead of `a/b/c` is quickly typed. */
const fewReferences = 20;

export async function remove(
  context: Context,
  selection: Selection,
  { gallery, dryRun, yes }: RemoveCommandOptions,
): Promise<number> {
  const { screen } = context;
  const label = 'label' in selection ? parseLabel(selection.label) : undefined;
  return withGallery(gallery, async (opened) => {
    if (label !== undefined) {
      const counts = await opened.labels();
      assertLabels([label], counts, '--label');
      const gone = counts.filter((one) => isWithin(one.label, label));
      const references = gone.reduce((sum, one) => sum + one.references, 0);
      const what = `${references} of ${printable(label)}${gone.length > 1 ? ` and ${gone.length} labels in all` : ''}`;
      if (dryRun) {
        for (const one of gone) await screen.print(`${one.references}  ${printable(one.label)}`);
        screen.note(`${what} would be removed.`);
        return exitCodes.done;
      }
      if (references > fewReferences && !yes && !(await isMeant(context, what))) {
        screen.note('Nothing was removed.');
        return exitCodes.stopped;
      }
    } else if (dryRun) {
      const { id } = selection as { readonly id: string };
      const reference = await opened.get(id);
      if (!reference) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
      await screen.print(`1  ${printable(reference.label)}`);
      screen.note('1 would be removed.');
      return exitCodes.done;
    }
    await screen.print(`${await opened.remove(selection)} removed.`);
    return exitCodes.done;
  });
}

/** @throws INVALID_ARGUMENT where nobody can be asked */
async function isMeant({ canAsk, stdin, screen, signal }: Context, what: string): Promise<boolean> {
  if (!canAsk || !stdin) {
    const expected = `--yes to remove ${what}, or --dry-run to look`;
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'remove', expected, received: 'neither' });
  }
  screen.note(`${what} will be removed. Type yes to go on:`);
  const lines = createInterface({ input: Readable.from(stdin), signal });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}
