/** @docclf/core/second-look: where the vector is in doubt, the pixels decide. */
export type { FirstLook, Looked, SecondLook, Sight } from '../second-look-contract.ts';
export { chanceOfInliers, combinedEvalue } from './chance-of-inliers.ts';
export type { Geometry, Likeness } from './comparison.ts';
export { createSecondLook, type SecondLookOptions } from './second-look.ts';
