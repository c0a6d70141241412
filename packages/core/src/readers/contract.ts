/** The contract of what reads files that a runtime's own decoders do not take. */
import type { DocclfError } from '../errors.ts';
import type { WithSignal } from '../gallery.ts';
import { abortSignal, anything, type OptionTable, text } from '../options.ts';

/** Pixels as `RasterImage` of `@docclf/preprocess` has them. */
export interface PagePixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

export interface ReadPagesOptions extends WithSignal {
  /** Names the file in errors. */
  readonly source?: string | undefined;
  /** First page, from 1. Default 1. */
  readonly from?: number | undefined;
  /** Last page, included. Default: the file's last. */
  readonly to?: number | undefined;
  /**
   * Pixels of a side that are enough. What has no pixels of its own is drawn with its longer side as long; what has some may
   * be shrunk, by a whole factor, as long as its shorter side keeps so many. Default 512, four times the default model's input.
   */
  readonly side?: number | undefined;
  /** Opens a file that asks for one; all others are read without. */
  readonly password?: string | undefined;
}

/** Of `ReadPagesOptions`, for who checks what was passed. */
export const readPagesOptions: OptionTable<ReadPagesOptions> = {
  source: text,
  from: anything,
  to: anything,
  side: anything,
  password: text,
  signal: abortSignal,
};

/** A page, or why it is none: the pages behind a damaged one come all the same. */
export type ReadPage = {
  /** From 1. */
  readonly number: number;
  /** How many the file has. */
  readonly pages: number;
} & (
  | {
      readonly image: PagePixels;
      /** Of the page before it was shrunk, where it has pixels of its own. */
      readonly size?: { readonly width: number; readonly height: number };
    }
  | { readonly error: DocclfError }
);

/** A page that is one JPEG and nothing else. */
export interface ScannedPage {
  readonly number: number;
  readonly pages: number;
  readonly jpeg: Uint8Array;
}

/** Pages of a file that become a file of their own. */
export interface PagePart {
  /** First page, from 1. */
  readonly from: number;
  /** Last page, included. */
  readonly to: number;
}

/** Reads files of one kind, page by page: `@docclf/pdf`, `@docclf/heic`, or one of your own. */
export interface PageReader {
  /** What it takes, by the names that `formatOf` of `@docclf/preprocess/image-file` gives. */
  readonly formats: readonly string[];
  /** What it throws for a file that takes more time or memory than is allowed. */
  readonly tooCostly: 'PDF_TOO_COSTLY' | 'IMAGE_TOO_COSTLY';
  /**
   * True once it has held more memory than is worth keeping: its thread is then ended behind the file. Memory of WebAssembly comes
   * back with its thread at once, by itself only some files later.
   */
  readonly isSpent?: boolean | undefined;
  /**
   * The pages, one by one as they are asked for: RGB, upright, on white paper.
   *
   * @param bytes the whole file
   * @throws IMAGE_*, PDF_*, INVALID_ARGUMENT, ABORTED, CLOSED
   */
  pages(bytes: Uint8Array, options?: ReadPagesOptions): AsyncGenerator<ReadPage, void, void>;
  /**
   * As `pages`, but a page that is one JPEG from rim to rim comes as that, for who decodes it at a fraction of its size: so it
   * is there far sooner.
   */
  readonly scans?:
    | ((bytes: Uint8Array, options?: ReadPagesOptions) => AsyncGenerator<ReadPage | ScannedPage, void, void>)
    | undefined;
  /** Pages as files of their own, each part in one; absent where that is not possible. Throws as `pages`. */
  readonly split?:
    | ((
        bytes: Uint8Array,
        parts: readonly PagePart[],
        options?: Pick<ReadPagesOptions, 'source' | 'password' | 'signal'>,
      ) => AsyncGenerator<Uint8Array, void, void>)
    | undefined;
  /** Lets go of what it holds. Pages of files that are open still come, unless a thread reads them. */
  close(): void;
}
