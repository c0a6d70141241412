/** @docclf/core: contracts and decisions, for every runtime and every store. */

export { describeChance } from './chance.ts';
export { createClassifier } from './classifier.ts';
export type {
  Classification,
  ClassificationFacts,
  Classifier,
  ClassifierOptions,
  ClassifyOptions,
  Outcome,
  ReferenceDetails,
  ReferenceMeaning,
  RegisterItem,
  RegisterOptions,
  Registration,
  StreamOptions,
  Verification,
  VerifyOptions,
} from './classifier-contract.ts';
export { defaultThreshold } from './classifier-options.ts';
export { type Cohort, type CohortKind, readCohort } from './cohort.ts';
export {
  type AcceptedDecision,
  type Candidate,
  type DecideOptions,
  type Decision,
  type DecisionFacts,
  type DecisionReason,
  decide,
  defaultMargin,
  labelsToDecide,
  type UnknownDecision,
} from './decide.ts';
export {
  createEmbedder,
  type Embedder,
  type EmbedderParts,
  type Embedding,
  type EmbedOptions,
  type ImageQuality,
  type PreparedImage,
} from './embedder.ts';
export { DocclfError, type ErrorCode, type ErrorDetails, errorCodes } from './errors.ts';
export type {
  AddOptions,
  Existing,
  Gallery,
  JsonObject,
  JsonValue,
  LabelCount,
  Match,
  NewReference,
  Reference,
  Selection,
  WithinOptions,
  WithSignal,
} from './gallery.ts';
export { defaultLimits, type ImageLimits } from './image-limits.ts';
export {
  type BranchState,
  branchStateOf,
  isWithin,
  labelPath,
  maximumLabelLength,
  negativeLabel,
  parseLabel,
} from './labels.ts';
export {
  assertSameSpace,
  type EmbeddingSpace,
  parseManifest,
  spaceOf,
} from './manifest.ts';
export { qualityKey } from './metadata.ts';
export type { ModelManifest, StateModel } from './model-manifest.ts';
export type { Session, SessionTensor, SessionTensorConstructor } from './network.ts';
export {
  checkAsked,
  createOperatingPoints,
  type Evidence,
  type Judge,
  type Meeting,
  type OperatingPoint,
  type OperatingPoints,
  pointOf,
  type Searched,
} from './operating-point.ts';
export type { AsyncDisposal, Bytes, Signal } from './platform.ts';
export type {
  FirstLook,
  Looked,
  SecondLook,
  SharedPlace,
  Sight,
  Told,
} from './second-look-contract.ts';
export { createSignificance, type Significance, type Tails } from './significance.ts';
export type { Comparisons, Standing } from './standing.ts';
export { stateAttachment, stateOfAttachments, stateToBytes } from './states.ts';
export { type AnyIterable, mapConcurrent } from './streams.ts';
export { type ResolvedThreshold, resolveThreshold, type Threshold } from './thresholds.ts';
export type { StateFacts } from './told-apart.ts';
export { type QuarterTurn, quarterTurns, type Region, type Variation } from './variations.ts';
export {
  assertUnitVector,
  cosine,
  cosineOfScore,
  samePictureScore,
  scoreOfCosine,
  toUnit,
} from './vector.ts';
export {
  type Advice,
  type Corners,
  type Part,
  type Point,
  type PreparedView,
  probeVariations,
  type View,
  type ViewVariations,
} from './views.ts';
