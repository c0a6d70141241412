/** @docclf/features: is this print in that picture, and where? */
export { type Alignment, align } from './align.ts';
export { decodeFeatures, encodeFeatures, featuresVersion } from './encode.ts';
export { type ExtractOptions, extractFeatures } from './extract.ts';
export type { Features } from './features.ts';
export { fitHomography, type Places } from './fit-homography.ts';
export { matchFeatures, type Pairs } from './match.ts';
