/** @docclf/node: which document is this? Register one image a type, classify the next. */
export {
  type AcceptedDecision,
  type AddOptions,
  type AnyIterable,
  type AsyncDisposal,
  type Bytes,
  type Candidate,
  type Classification,
  type ClassificationFacts,
  type Classifier,
  type ClassifierOptions,
  type ClassifyOptions,
  type Cohort,
  type CohortKind,
  type Corners,
  cosine,
  createClassifier,
  type DecideOptions,
  type Decision,
  type DecisionFacts,
  type DecisionReason,
  DocclfError,
  decide,
  defaultLimits,
  defaultMargin,
  defaultThreshold,
  describeChance,
  type Embedder,
  type Embedding,
  type EmbeddingSpace,
  type EmbedOptions,
  type ErrorCode,
  type ErrorDetails,
  type Existing,
  errorCodes,
  type Gallery,
  type ImageLimits,
  type ImageQuality,
  isWithin,
  type JsonObject,
  type JsonValue,
  type LabelCount,
  labelPath,
  labelsToDecide,
  type Match,
  type ModelManifest,
  maximumLabelLength,
  type NewReference,
  negativeLabel,
  type Outcome,
  type Part,
  type Point,
  parseLabel,
  type QuarterTurn,
  qualityKey,
  quarterTurns,
  type Reference,
  type ReferenceDetails,
  type ReferenceMeaning,
  type Region,
  type RegisterItem,
  type RegisterOptions,
  type Registration,
  type ResolvedThreshold,
  resolveThreshold,
  type Selection,
  type SharedPlace,
  type Sight,
  type Signal,
  type StateFacts,
  type StreamOptions,
  samePictureScore,
  scoreOfCosine,
  spaceOf,
  type Threshold,
  type Told,
  toUnit,
  type UnknownDecision,
  type Variation,
  type Verification,
  type VerifyOptions,
  type View,
  type ViewVariations,
  type WithinOptions,
  type WithSignal,
} from '@docclf/core';
export { type PageReader, type ReadPage, type ReadPagesOptions, withPasswords } from '@docclf/core/readers';
export { featuresAttachment } from '@docclf/features';
export {
  createMemoryGallery,
  createMemoryStore,
  type GalleryStore,
  openGallery,
} from '@docclf/gallery';
export { exportGallery, importGallery } from '@docclf/gallery/snapshot';
export { type Advice, angleOf, type FoundQuad, type Look } from '@docclf/locate';
export { type CalibrateImagesOptions, calibrate, type LabelledImage } from './calibrate.ts';
export type { DecodedImage } from './decode.ts';
export { type DecodeImageOptions, decodeImage } from './decode-image.ts';
export { createDocClassifier, type DocClassifierOptions } from './doc-classifier.ts';
export { encodeJpeg } from './encode.ts';
export { createFileStore } from './file-store.ts';
export { listImageFiles } from './image-files.ts';
export type { ImageOptions } from './image-options.ts';
export { labelOfFile } from './label-of-file.ts';
export {
  type Crop,
  type CropOptions,
  createNodeLocaliser,
  type LocateAllSourceOptions,
  type LocatedSource,
  type LocateSourceOptions,
  type NodeLocaliser,
  type NodeLocaliserOptions,
} from './localiser.ts';
export { type LoadedLocaliser, type LoadedModel, loadLocaliser, loadModel } from './model.ts';
export { pagesOf } from './pages.ts';
export { createNodeEmbedder, type NodeEmbedderOptions } from './runtime.ts';
export type { DecodedBySharp, EncodedSource, ImageSource, PageSource } from './source.ts';
export { createThreadReader } from './thread-reader.ts';
