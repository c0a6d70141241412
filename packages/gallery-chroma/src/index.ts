/** @docclf/gallery-chroma: references in a Chroma server. */
export {};
