/** @docclf/locate/all: every document in a picture. */
export { prepareSeveral } from './prepare-several.ts';
export { type LocateAllOptions, locateAll } from './several.ts';
