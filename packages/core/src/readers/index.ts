/**
 * `@docclf/core/readers`: files that a runtime's own decoders do not take, read page by page, in a thread of their own
 * where they come from strangers.
 */
export {
  type PagePart,
  type PagePixels,
  type PageReader,
  type ReadPage,
  type ReadPagesOptions,
  readPagesOptions,
  type ScannedPage,
} from './contract.ts';
export type { ReaderThread } from './conversation.ts';
export {
  type FromReader,
  type MessageEmitter,
  type MessageTarget,
  type Port,
  portOf,
  portOfTarget,
  type ToReader,
} from './messages.ts';
export {
  countPages,
  type FileOfPages,
  listOfReaders,
  type PagePicture,
  readerOf,
  readPage,
} from './one-page.ts';
export { createRemoteReader, type TimeLimits, timeLimitOptions } from './remote.ts';
export { serveReader } from './serve.ts';
export { withPasswords } from './with-passwords.ts';
