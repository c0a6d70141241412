// Written out in full: bundlers find an asset by `new URL('<literal>', import.meta.url)` only. In CommonJS made of this file
// there is no `import.meta.url`; an import must not fail of that, so the URL then names no file, and whoever reads it is told.
const asset = (make) => {
  try {
    return make();
  } catch {
    return new URL('bundled:@docclf/model');
  }
};
export const manifestUrl = /* @__PURE__ */ asset(() => new URL('./manifest.json', import.meta.url));
export const cohortUrl = /* @__PURE__ */ asset(() => new URL('./docclf-cohort.bin', import.meta.url));
export const modelUrl = /* @__PURE__ */ asset(() => new URL('./docclf-base.onnx', import.meta.url));
export const localiserManifestUrl = /* @__PURE__ */ asset(() => new URL('./localiser.json', import.meta.url));
export const localiserUrl = /* @__PURE__ */ asset(() => new URL('./localiser.onnx', import.meta.url));
