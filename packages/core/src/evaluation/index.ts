/** @docclf/core/evaluation: how good is it? Pure figures over embedded images, apart from the main door to keep that small. */
export type { AnswerOptions, AskedOperatingPoint } from './answers.ts';
export * from './calibrate.ts';
export * from './curves.ts';
export { countDecisions, type DecisionCounts, type DecisionsOptions, type DepthCounts } from './decisions.ts';
export * from './evaluate.ts';
export * from './gallery-size.ts';
export * from './hierarchy.ts';
export * from './histogram.ts';
export * from './identification.ts';
export { groupImages, type LabelledImages, type LabelledVector, maximumImages } from './labelled-images.ts';
export * from './pairs.ts';
export * from './resampling.ts';
export * from './score-table.ts';
export type { SearchData } from './searches.ts';
export * from './verification.ts';
export * from './worst-pairs.ts';
