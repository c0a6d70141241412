/** @docclf/core/lint: what is wrong with a reference or a gallery, as data. */
export { describeWarning } from './describe.ts';
export { type GalleryLint, type GalleryWarning, type LintOptions, lintGallery } from './gallery.ts';
export {
  leastContrast,
  leastSharpness,
  leastSide,
  mostGlare,
  nearDuplicateScore,
  rotatedGain,
} from './limits.ts';
export { foldLabel } from './names.ts';
export { lintQuality } from './quality.ts';
export { lintRegistration, type Registrand, type RegistrationLint } from './registration.ts';
export {
  type LintCode,
  type LintWarning,
  lintCodes,
  type NamedReference,
  type QualityWarning,
} from './warnings.ts';
