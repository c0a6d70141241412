/** @docclf/core/drift: do the answers still look as they did? */
export {
  createDriftMonitor,
  type DriftEvent,
  type DriftMeasure,
  type DriftMonitor,
  type DriftOptions,
  type DriftTest,
  type Observed,
} from './monitor.ts';
export { fisherPValue, kolmogorovSmirnovDistance, kolmogorovSmirnovPValue } from './two-sample.ts';
export { type DriftWindow, quantileLevels, type WindowSummary } from './window.ts';
