/** @docclf/features: is this print in that picture, and where? */

export { type Alignment, align } from './align.ts';
export { compareFeatures, geometry, type Likeness } from './compare.ts';
export { type Distinctive, distinguish } from './distinguish.ts';
export { decodeFeatures, encodeFeatures, featuresAttachment, invertFeatures } from './encode.ts';
export { type Box, type ExtractOptions, extractFeatures } from './extract.ts';
export type { Features } from './features.ts';
export { fitHomography, type Places } from './fit-homography.ts';
export { matchFeatures, type Pairs } from './match.ts';
