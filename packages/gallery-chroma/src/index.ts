/** @docclf/gallery-chroma: references in a Chroma server. */
export { readChromaSpace } from './collection.ts';
export type { ChromaStoreOptions } from './options.ts';
export { createChromaStore } from './store.ts';
