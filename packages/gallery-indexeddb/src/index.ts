/** @docclf/gallery-indexeddb: references in the browser's own database. */
export { createIndexedDbStore, type IndexedDbStoreOptions } from './store.ts';
