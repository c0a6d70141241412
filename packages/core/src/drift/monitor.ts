/** Do the answers still look like those of the day on which all was well? Nothing leaves the process. */
import type { Decision } from '../decide.ts';
import { DocclfError, describe, positiveInteger } from '../errors.ts';
import { anything, callback, checkOptions, type OptionTable } from '../options.ts';
import { fisherPValue, kolmogorovSmirnovDistance, kolmogorovSmirnovPValue } from './two-sample.ts';
import { ascending, type DriftWindow, summarise, type WindowSummary } from './window.ts';

/** What is watched. */
export type DriftMeasure = 'acceptance' | 'score' | 'margin';

export interface DriftTest {
  readonly measure: DriftMeasure;
  /** Difference of the two rates; or the Kolmogorov-Smirnov distance of the two samples. 0 to 1. */
  readonly distance: number;
  /** Probability of such a difference, or a larger one, where nothing has changed. */
  readonly pValue: number;
}

export type DriftEvent =
  | {
      /** The reference window is full: later ones are compared with it. */
      readonly kind: 'reference';
      readonly reference: WindowSummary;
    }
  | {
      /** Another window is full. */
      readonly kind: 'window';
      readonly window: WindowSummary;
      readonly reference: WindowSummary;
      readonly tests: readonly DriftTest[];
      /** What differs from the reference; empty when nothing does. */
      readonly drifted: readonly DriftMeasure[];
    };

export interface DriftOptions {
  /** Results a window. Default 200; the tests of a window take its square in steps (200: under 1 ms). 20 to 2,000. */
  readonly window?: number | undefined;
  /**
   * Largest share of windows that are reported as drifted although nothing has changed, all measures together.
   * Default 0.01: with 200 results a window, once in 20,000 results.
   */
  readonly falseAlarms?: number | undefined;
  /** What the windows are compared with, e.g. of an earlier process. Default: the first window. */
  readonly reference?: DriftWindow | undefined;
  /** Called with each event, before `observe` returns. */
  readonly onEvent: (event: DriftEvent) => void;
}

const driftOptions: OptionTable<DriftOptions> = {
  window: anything,
  falseAlarms: anything,
  reference: anything,
  onEvent: callback,
};

/** What of a result is looked at. */
export type Observed = Pick<Decision, 'status' | 'score' | 'margin'>;

export interface DriftMonitor {
  /** Takes the next result; results of an empty gallery, which have no score, are passed over. */
  observe(result: Observed): void;
  /** The reference window, to be kept for a later process; undefined until it is full. */
  reference(): DriftWindow | undefined;
  /** Starts anew: the next window becomes the reference. For a changed gallery, threshold or camera. */
  reset(): void;
}

const smallestWindow = 20;
const largestWindow = 2000;

/**
 * A monitor over consecutive windows that do not overlap. Scores and margins are compared by the two-sample
 * Kolmogorov-Smirnov test, the acceptance rate by Fisher's exact test; each must stay below `falseAlarms` over
 * the number of tests (Bonferroni), so that together they keep the promise, whatever their dependence.
 *
 * @example
 * const monitor = createDriftMonitor({ onEvent: (event) => console.log(event) });
 * const classifier = await createDocClassifier({ gallery, onClassified: monitor.observe });
 *
 * @throws INVALID_ARGUMENT
 */
export function createDriftMonitor(options: DriftOptions): DriftMonitor {
  const { onEvent, falseAlarms = 0.01 } = checkOptions('createDriftMonitor', options, driftOptions);
  if (onEvent === undefined) throw invalid('onEvent', 'a function', onEvent);
  const size = positiveInteger('window', options.window ?? 200);
  if (size < smallestWindow || size > largestWindow) {
    throw invalid('window', `${smallestWindow} to ${largestWindow} results`, size);
  }
  if (!(falseAlarms > 0 && falseAlarms < 1)) {
    throw invalid('falseAlarms', 'a share between 0 and 1', falseAlarms);
  }
  let reference = options.reference && checkWindow(options.reference);
  let current = emptyWindow();

  function close(window: DriftWindow): void {
    if (reference === undefined) {
      reference = window;
      onEvent({ kind: 'reference', reference: summarise(window) });
      return;
    }
    const tests = compare(reference, window);
    const drifted = tests
      .filter(({ pValue }) => pValue < falseAlarms / tests.length)
      .map(({ measure }) => measure);
    const summaries = { window: summarise(window), reference: summarise(reference) };
    onEvent({ kind: 'window', ...summaries, tests, drifted });
  }

  return {
    observe({ status, score, margin }) {
      if (score === null) return;
      current.scores.push(score);
      if (margin !== null) current.margins.push(margin);
      if (status === 'accepted') current.accepted++;
      if (current.scores.length < size) return;
      const full = current;
      current = emptyWindow();
      close(full);
    },
    reference: () => reference && structuredCopy(reference),
    reset() {
      reference = undefined;
      current = emptyWindow();
    },
  };
}

function compare(reference: DriftWindow, window: DriftWindow): DriftTest[] {
  const [m, n] = [reference.scores.length, window.scores.length];
  const tests: DriftTest[] = [
    {
      measure: 'acceptance',
      distance: Math.abs(reference.accepted / m - window.accepted / n),
      pValue: fisherPValue(reference.accepted, m, window.accepted, n),
    },
    { measure: 'score', ...kolmogorovSmirnov(reference.scores, window.scores) },
  ];
  // A gallery of one label has no margins.
  if (reference.margins.length > 0 && window.margins.length > 0) {
    tests.push({ measure: 'margin', ...kolmogorovSmirnov(reference.margins, window.margins) });
  }
  return tests;
}

function kolmogorovSmirnov(a: readonly number[], b: readonly number[]) {
  const distance = kolmogorovSmirnovDistance(ascending(a), ascending(b));
  return { distance, pValue: kolmogorovSmirnovPValue(distance, a.length, b.length) };
}

function emptyWindow(): { scores: number[]; margins: number[]; accepted: number } {
  return { scores: [], margins: [], accepted: 0 };
}

function structuredCopy({ scores, margins, accepted }: DriftWindow): DriftWindow {
  return { scores: [...scores], margins: [...margins], accepted };
}

/** A reference may come from a file. */
function checkWindow(window: DriftWindow): DriftWindow {
  const { scores, margins, accepted } = window;
  const numbers = [scores, margins].every(
    (values) => Array.isArray(values) && values.every((value) => Number.isFinite(value)),
  );
  const fits =
    numbers &&
    scores.length >= smallestWindow &&
    scores.length <= largestWindow &&
    margins.length <= scores.length &&
    Number.isInteger(accepted) &&
    accepted >= 0 &&
    accepted <= scores.length;
  if (!fits) throw invalid('reference', 'a window that a monitor gave', window);
  return structuredCopy(window);
}

function invalid(argument: string, expected: string, received: unknown): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', { argument, expected, received: describe(received) });
}
