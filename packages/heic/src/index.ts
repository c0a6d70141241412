/** @docclf/heic: HEIC photos as pixels. */
export type { PageReader, ReadPage, ReadPagesOptions } from '@docclf/core/readers';
export { createHeicReader, type HeicReaderOptions } from './heic-reader.ts';
