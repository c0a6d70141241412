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
export { type FromReader, type MessageEmitter, type Port, portOf, type ToReader } from './messages.ts';
export { createRemoteReader, type TimeLimits } from './remote.ts';
export { serveReader } from './serve.ts';
