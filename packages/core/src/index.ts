/** @docclf/core: contracts and decisions, for every runtime and every store. */
export * from './classifier.ts';
export { effectiveComparisons, type GalleryDensity, measureDensity } from './comparisons.ts';
export {
  type Candidate,
  type DecideOptions,
  type Decision,
  type DecisionReason,
  decide,
  defaultMargin,
} from './decide.ts';
export * from './embedder.ts';
export {
  DocclfError,
  describe,
  type ErrorCode,
  type ErrorDetails,
  errorCodes,
  positiveInteger,
  throwIfAborted,
} from './errors.ts';
export * from './gallery.ts';
export * from './image-limits.ts';
export * from './labels.ts';
export { createLifetime, type Lifetime } from './lifetime.ts';
export {
  assertSameSpace,
  type EmbeddingSpace,
  type ModelManifest,
  parseManifest,
  spaceOf,
} from './manifest.ts';
export { type AnyIterable, mapConcurrent } from './streams.ts';
export { fprAtScore, type ResolvedThreshold, resolveThreshold, type Threshold } from './thresholds.ts';
export { type QuarterTurn, quarterTurns, type Region, type Variation } from './variations.ts';
export * from './vector.ts';
