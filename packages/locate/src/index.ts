/** @docclf/locate: where in this photo is the document? */
export { inputLength, localiserInput } from './input.ts';
export { inputMargin, inputSide, type LocaliserOutput, mapsLength, type Size } from './layout.ts';
export {
  createLocaliser,
  type Found,
  type FoundQuad,
  type Localiser,
  type LocateOptions,
  type Look,
  type RunLocaliser,
} from './localiser.ts';
export {
  type Advice,
  adviceFor,
  isWholePicture,
  type Located,
  type LocatedOptions,
  type LocatedQuad,
  located,
} from './located.ts';
export { type LocaliserManifest, parseLocaliserManifest } from './manifest.ts';
export { type Cuts, cutsOf } from './parts.ts';
export {
  decodedSide,
  locateOf,
  type PreparedPart,
  type PreparedParts,
  type PrepareOptions,
  straighten,
} from './prepare.ts';
export {
  type ImageMeans,
  type PreparedPicture,
  type PrepareImageOptions,
  prepareImage,
  thumbnailSide,
} from './prepare-image.ts';
export { angleOf, insetCorners, mapCorners, turnCorners, wholeOf } from './quads.ts';
