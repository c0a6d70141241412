/**
 * `@docclf/preprocess/image-file`: what the bytes of an encoded image tell before anything decodes them, for every runtime.
 * No function here throws, whatever the bytes are.
 */
export { endsEarly } from './ending.ts';
export { endOfOnlyScan, isProgressive } from './jpeg.ts';
export { jpegOrientation } from './orientation.ts';
export { type ForeignFormat, formatOf, type ImageFormat, isImageFormat } from './signature.ts';
export { countFrames, type DeclaredSize, declaredSize } from './size.ts';
