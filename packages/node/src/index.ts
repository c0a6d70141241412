/** @docclf/node: which document is this? Register one image a type, classify the next. */
export * from '@docclf/core';
export {
  createMemoryGallery,
  createMemoryStore,
  type GalleryStore,
  openGallery,
} from '@docclf/gallery';
export { exportGallery, importGallery } from '@docclf/gallery/snapshot';
export { type Advice, angleOf, type FoundQuad, type Look } from '@docclf/locate';
export { type CalibrateImagesOptions, calibrate, type LabelledImage } from './calibrate.ts';
export { createDocClassifier, type DocClassifierOptions } from './doc-classifier.ts';
export { encodeJpeg } from './encode.ts';
export { createFileStore } from './file-store.ts';
export { listImageFiles } from './image-files.ts';
export { labelOfFile } from './label-of-file.ts';
export {
  type Crop,
  type CropOptions,
  createNodeLocaliser,
  type LocatedSource,
  type LocateSourceOptions,
  type NodeLocaliser,
  type NodeLocaliserOptions,
} from './localiser.ts';
export { type LoadedLocaliser, type LoadedModel, loadLocaliser, loadModel } from './model.ts';
export { pagesOf } from './pages.ts';
export { createNodeEmbedder, type NodeEmbedderOptions } from './runtime.ts';
export type { DecodedBySharp, EncodedSource, ImageSource, PageSource } from './source.ts';
