/** @docclf/core/implementer: helpers for those who write a runtime, a gallery or a store. */

export { assertAnswered, type ByteStream, joinBytes, readBody } from './body.ts';
export { classifierOptions } from './classifier-options.ts';
export { assertImageList, embedEach, embedOptions } from './embedder.ts';
export { describe, positiveInteger, runtimeFailed, throwIfAborted } from './errors.ts';
export { assertFilesBeside } from './file-beside.ts';
export { assertDocumentSize, imageLimitOptions, imageLimits, pixelLimitOf } from './image-limits.ts';
export { parseStoredLabel } from './labels.ts';
export { createLifetime, type Lifetime } from './lifetime.ts';
export {
  abortSignal,
  anything,
  callback,
  checkOptions,
  flag,
  isObject,
  type OptionKind,
  type OptionTable,
  oneOf,
  only,
  onRequest,
  positiveWhole,
  text,
  threadCount,
} from './options.ts';
export { disposal } from './platform.ts';
export { cornersRefused } from './views.ts';
export { fromWire, toWire, type WireError } from './wire-error.ts';
