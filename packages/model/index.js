// Written out in full: bundlers find an asset by `new URL('<literal>', import.meta.url)` only.
export const manifestUrl = new URL('./manifest.json', import.meta.url);
export const cohortUrl = new URL('./docclf-cohort.bin', import.meta.url);
export const modelUrl = new URL('./docclf-base.onnx', import.meta.url);
export const localiserManifestUrl = new URL('./localiser.json', import.meta.url);
export const localiserUrl = new URL('./localiser.onnx', import.meta.url);
