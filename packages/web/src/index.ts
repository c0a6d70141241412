/** @docclf/web: which document is this? Register one image a type, classify the next, on the user's device. */
export * from '@docclf/core';
export {
  createMemoryGallery,
  createMemoryStore,
  type GalleryStore,
  openGallery,
} from '@docclf/gallery';
export { exportGallery, importGallery } from '@docclf/gallery/snapshot';
export { createDocClassifier, type DocClassifierOptions, type WebClassifier } from './doc-classifier.ts';
export type { LoadProgress } from './download.ts';
export type { ModelUrls } from './model.ts';
export {
  createWebEmbedder,
  type EmbedderStatus,
  type WebEmbedder,
  type WebEmbedderOptions,
} from './runtime.ts';
export type { RuntimeBuild } from './runtime-build.ts';
export type { Device, SessionFacts, WasmPaths } from './session.ts';
export type { ImageSource } from './source.ts';
