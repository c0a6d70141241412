/** What every command gets. */
import type { PageRange } from './pages/range.ts';
import { readers } from './pages/readers.ts';
import type { Screen } from './screen.ts';

export interface Context {
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Whether somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** What the path `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
}

/** Of commands that take images and folders. */
export interface PathOptions {
  /** Name what a folder's run leaves out, instead of counting it only. */
  readonly listLeftOut?: boolean;
  /** A file that lists further paths, a line each; `-` is standard input. */
  readonly filesFrom?: string;
  /** What ends a path of that list is a NUL. */
  readonly null?: boolean;
  /** Of files of several pages; default: all. */
  readonly pages?: PageRange;
}

/** Options that several commands share, as commander hands them over. */
export interface ModelOptions {
  readonly model?: string;
  /** Look for the document in each picture. Default true. */
  readonly locate?: boolean;
}
export interface ConcurrencyOptions {
  readonly concurrency?: number;
}
export interface GalleryOptions {
  readonly gallery: string;
}
export interface ThresholdOptions {
  readonly threshold?: number;
  readonly fpir?: number;
  readonly fpr?: number;
}

/** The options of an embedder or a classifier. */
export function embedderOptionsOf({ model, locate }: ModelOptions) {
  return { model, localiser: locate === false ? (false as const) : undefined, readers };
}
