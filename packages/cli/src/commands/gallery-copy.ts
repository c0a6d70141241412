/** docclf gallery copy: every reference of one gallery into another, of whatever store. */
import { resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { parseAddress, shownAddress } from '@docclf/gallery';
import { type CopyOptions, copyGallery } from '@docclf/gallery/copy';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { assertGalleryWritable, withGallery, withGalleryOf } from '../gallery-file.ts';
import { jsonLine, printable } from '../text.ts';

export interface GalleryCopyOptions extends Pick<CopyOptions, 'existing' | 'attachments'> {
  readonly json?: boolean;
}

export async function galleryCopy(
  { screen, signal }: Context,
  from: string,
  to: string,
  { existing, attachments, json }: GalleryCopyOptions,
): Promise<number> {
  assertTwoGalleries(from, to);
  await assertGalleryWritable(to);
  const start = performance.now();
  const report = await withGallery(from, (source) =>
    withGalleryOf(to, source.space, (target) =>
      copyGallery(source, target, {
        existing,
        attachments,
        signal,
        onProgress: ({ done, total }) =>
          screen.progress({ done, total, seconds: (performance.now() - start) / 1000, unit: 'references' }),
      }),
    ),
  );
  screen.endProgress();
  if (json) {
    await screen.print(jsonLine({ from: shownAddress(from), to: shownAddress(to), ...report }));
    return exitCodes.done;
  }
  const { references, written, kept, others, checksum } = report;
  const there = references - written - kept;
  const counts = `${written} written, ${there} there already${kept > 0 ? `, ${kept} kept as they were` : ''}`;
  await screen.print(`${references} references of ${printable(shownAddress(from))}: ${counts}.`);
  if (others > 0) await screen.print(`${printable(shownAddress(to))} has ${others} others.`);
  await screen.print(`Read back and compared; both sides have the checksum ${checksum}.`);
  return exitCodes.done;
}

/** @throws INVALID_ARGUMENT */
export function assertTwoGalleries(from: string, to: string): void {
  const place = (address: string) => (parseAddress(address).isFile ? resolve(address) : address);
  if (place(from) !== place(to)) return;
  const received = shownAddress(to);
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'TO',
    expected: 'another gallery than FROM',
    received,
  });
}
