/**
 * `@docclf/preprocess/image-file`: what the bytes of an encoded image tell before anything decodes them, for every runtime.
 * No function here throws, whatever the bytes are.
 */
export { type ImageFacts, inspectImage } from './inspect.ts';
export { jpegOrientation } from './orientation.ts';
export { type ForeignFormat, formatOf, type ImageFormat, isImageFormat } from './signature.ts';
export { finish, stepsAtOnce, type Walk } from './walk.ts';
