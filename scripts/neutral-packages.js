/** What the size limit measures: everything that the neutral packages export. */
export * from '../packages/core/dist/implementer.js';
export * from '../packages/core/dist/index.js';
export * from '../packages/gallery/dist/index.js';
export * from '../packages/locate/dist/index.js';
export * from '../packages/preprocess/dist/index.js';
