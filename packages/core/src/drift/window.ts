/** What is kept of a number of results: their scores and margins, and how many were accepted. No labels, no vectors. */

/** Plain numbers: may be stored as JSON and be the reference of a later process. */
export interface DriftWindow {
  /** Results with a score, in the order in which they came. */
  readonly scores: readonly number[];
  /** Score minus that of the next label, of the results that had one. */
  readonly margins: readonly number[];
  readonly accepted: number;
}

/** The quantiles told of a window. */
export const quantileLevels = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

export interface WindowSummary {
  readonly results: number;
  /** Share of the results that were accepted, 0 to 1. */
  readonly acceptance: number;
  /** At `quantileLevels`; empty without values. */
  readonly scores: readonly number[];
  readonly margins: readonly number[];
}

export function summarise({ scores, margins, accepted }: DriftWindow): WindowSummary {
  return {
    results: scores.length,
    acceptance: accepted / scores.length,
    scores: quantilesOf(scores),
    margins: quantilesOf(margins),
  };
}

export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** Linear between the two neighbours, as numpy does by default (Hyndman and Fan 1996, definition 7). */
function quantilesOf(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  const sorted = ascending(values);
  return quantileLevels.map((level) => {
    const at = level * (sorted.length - 1);
    const below = sorted[Math.floor(at)]!;
    const above = sorted[Math.ceil(at)]!;
    return below + (at - Math.floor(at)) * (above - below);
  });
}
