/** Options of every function here that takes pictures. */
import type { ImageLimits } from '@docclf/core';
import { imageLimitOptions, imageLimits, type OptionTable } from '@docclf/core/implementer';
import { listOfReaders, type PageReader } from '@docclf/core/readers';

export interface ImageOptions extends Partial<ImageLimits> {
  /**
   * What reads files that sharp does not, by their first bytes: PDFs (`@docclf/pdf`), HEIC (`@docclf/heic`). They stay yours
   * to close. Default: none.
   */
  readonly readers?: readonly PageReader[] | undefined;
}

export const imageOptions: OptionTable<ImageOptions> = { ...imageLimitOptions, readers: listOfReaders };

/** What a picture is decoded with. */
export interface DecodeMeans {
  readonly limits: ImageLimits;
  readonly readers: readonly PageReader[];
}

export function decodeMeans(options: ImageOptions): DecodeMeans {
  return { limits: imageLimits(options), readers: options.readers ?? [] };
}
