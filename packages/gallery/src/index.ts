/** @docclf/gallery: where references live, and the kit for stores. */
export { type GalleryAddress, parseAddress, shownAddress } from './address.ts';
export { createMemoryGallery, openGallery, type StoreGallery } from './gallery.ts';
export {
  createMemorySession,
  createMemoryStore,
  type MemorySessionOptions,
  memoryCapabilities,
} from './memory.ts';
export { type NearestRow, nearestRows, type Precedes, type Rows } from './nearest.ts';
export { createRowMatrix, type RowMatrix } from './row-matrix.ts';
export { firstAfter } from './sorted-ids.ts';
export type * from './store.ts';
