/**
 * What the size limit measures: everything that the neutral packages export.
 *
 * It was 20 kB until an answer had an E-value and a store a revision; what the browser runtime alone had known of image
 * files came here then too, and its own limit went from 15 kB to 8. It was 24 kB until a picture was looked at by several
 * views, a state was told beside the type, every option was checked by name and large registrations were written in growing
 * batches; the browser's 8 became 10 for decoding by frames and for downloads that are counted and given up, and 10.5 for PDFs and HEIC
 * photos, which workers of their own read. It was 32 kB until
 * all documents of a picture were answered, a second look taken, and states compared by layers that see a place with those
 * around it, and 34 until what a state's baseline shows was taken out by least squares,
 * and 34.5 until a model from elsewhere could name no file but those beside it. `locate` had 7 kB until it told several documents apart, whose search is a subpath, and
 * `features` 6 until a WebAssembly kernel blurred, in half the time, and 7.5 until look-alikes were told apart by what only one of them
 * prints. Raise it for what users get, by
 * a sentence here.
 */
export * from '../packages/core/dist/implementer.js';
export * from '../packages/core/dist/index.js';
export * from '../packages/gallery/dist/index.js';
export * from '../packages/preprocess/dist/index.js';
