/** @docclf/core/evaluation: how good is it? Pure figures over embedded images, apart from the main door to keep that small. */
export type { AskedOperatingPoint } from './answers.ts';
export {
  type CalibratedThreshold,
  type CalibrateOptions,
  type Calibration,
  calibrateVectors,
  type LabelCalibration,
  type TargetRate,
} from './calibrate.ts';
export {
  areaUnderRoc,
  type DetCurve,
  detCurve,
  type RatesAtThreshold,
  type RocCurve,
  rocCurve,
} from './curves.ts';
export { type DecisionCounts, type DepthCounts, judgeAnswer } from './decisions.ts';
export {
  type Evaluation,
  type EvaluationOptions,
  evaluateVectors,
  type SourceEvaluation,
} from './evaluate.ts';
export type { GallerySizeRates } from './gallery-size.ts';
export type { HierarchyCounts } from './hierarchy.ts';
export type { Confusion, FnirAtFpir, Identification, RankRate } from './identification.ts';
export type { LabelledVector } from './labelled-images.ts';
export type { ProbeVectors } from './probe-table.ts';
export type { Figure, Interval, MicroMacro } from './resampling.ts';
export { minimumExpectedErrors, type RateAtFpr, type Verification } from './verification.ts';
export type { ScoredPair } from './worst-pairs.ts';
