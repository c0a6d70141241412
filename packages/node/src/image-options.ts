/** Options of every function here that takes pictures. */
import type { ImageLimits } from '@docclf/core';
import { imageLimitOptions, imageLimits, type OptionKind, type OptionTable } from '@docclf/core/implementer';
import type { PageReader } from '@docclf/core/readers';

export interface ImageOptions extends Partial<ImageLimits> {
  /**
   * What reads files that sharp does not, by their first bytes: PDFs (`@docclf/pdf`), HEIC (`@docclf/heic`). They stay yours
   * to close. Default: none.
   */
  readonly readers?: readonly PageReader[] | undefined;
}

const listOfReaders: OptionKind = {
  expected: 'a list of readers',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((one) => Array.isArray(one?.formats) && typeof one.pages === 'function'),
};

export const imageOptions: OptionTable<ImageOptions> = { ...imageLimitOptions, readers: listOfReaders };

/** What a picture is decoded with. */
export interface DecodeMeans {
  readonly limits: ImageLimits;
  readonly readers: readonly PageReader[];
}

export function decodeMeans(options: ImageOptions): DecodeMeans {
  return { limits: imageLimits(options), readers: options.readers ?? [] };
}
