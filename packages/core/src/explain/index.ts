/** @docclf/core/explain: why this answer? */
export { type ExplainOptions, type Explanation, explain, type Witness } from './explain.ts';
export { type HeatMap, heatOf, hidingVariations } from './heat.ts';
