import type { Threshold } from '@docclf/core';
import type { ThresholdOptions } from './context.ts';

/** What `--threshold`, `--fpir` or `--fpr` ask for; nothing leaves the classifier's default. */
export function thresholdOf({ threshold, fpir, fpr }: ThresholdOptions): Threshold | undefined {
  if (fpir !== undefined) return { fpir };
  return fpr === undefined ? threshold : { fpr };
}
