/** @docclf/core/implementer: helpers for those who write a runtime, a gallery or a store. */
export { assertAnswered, type ByteStream, joinBytes, readBody } from './body.ts';
export { describe, positiveInteger, throwIfAborted } from './errors.ts';
export { assertDocumentSize, imageLimits } from './image-limits.ts';
export { parseStoredLabel } from './labels.ts';
export { createLifetime, type Lifetime } from './lifetime.ts';
export { disposal } from './platform.ts';
