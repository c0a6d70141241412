/** What every command gets. */
import type { Screen } from './screen.ts';

export interface Context {
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/** Options that several commands share, as commander hands them over. */
export interface ModelOptions {
  readonly model?: string;
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
