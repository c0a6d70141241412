/** What a call asks for, checked, with the classifier's own options where it says nothing. */
import type { ClassifierOptions, ClassifyOptions } from './classifier-contract.ts';
import { defaultMargin } from './decide.ts';
import type { EmbedOptions } from './embedder.ts';
import { DocclfError, describe, positiveInteger } from './errors.ts';
import { labelAndAncestors, parseLabel } from './labels.ts';
import type { OperatingPoints } from './operating-point.ts';
import type { Threshold } from './thresholds.ts';

/** Of unknown documents one in a hundred may be accepted. */
export const defaultThreshold: Threshold = { fpir: 0.01 };
const defaultTopK = 5;

/** The classifier's own. */
export interface Defaults {
  readonly threshold: Threshold;
  readonly margin: number;
  readonly concurrency: number;
  readonly rotations: boolean;
  readonly locate: 'auto' | false;
}

/** @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE */
export function defaultsOf(
  options: Pick<ClassifierOptions<never>, keyof Defaults>,
  points: OperatingPoints,
): Defaults {
  const {
    threshold = defaultThreshold,
    margin = defaultMargin,
    concurrency = 4,
    rotations = false,
    locate = 'auto',
  } = options;
  points.check(threshold);
  return {
    threshold,
    margin: checkMargin(margin),
    concurrency: positiveInteger('concurrency', concurrency),
    rotations,
    locate: checkLocate(locate),
  };
}

/** Of one call of `classify`, `verify` or `threshold`. */
export interface Asked extends Omit<Defaults, 'concurrency' | 'locate'> {
  readonly locate: EmbedOptions['locate'];
  readonly topK: number;
  /** Canonical labels, none within another; undefined for all. */
  readonly expected: readonly string[] | undefined;
}

/**
 * Everything that can be wrong with what was asked, before an image is touched.
 *
 * @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE, LABEL_*
 */
export function askedOf(options: ClassifyOptions, defaults: Defaults, points: OperatingPoints): Asked {
  const {
    threshold = defaults.threshold,
    margin = defaults.margin,
    rotations = defaults.rotations,
    locate = defaults.locate,
  } = options;
  points.check(threshold);
  return {
    threshold,
    topK: positiveInteger('topK', options.topK ?? defaultTopK),
    margin: checkMargin(margin),
    expected: parseExpected(options.expected),
    rotations,
    locate: checkLocate(locate),
  };
}

function checkMargin(margin: number): number {
  if (margin >= 0 && margin <= 1) return margin;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'margin',
    expected: 'a difference of scores from 0 to 1',
    received: describe(margin),
  });
}

/** Corners are looked at where the picture's size is known. */
export function checkLocate<Locate>(locate: Locate): Locate {
  if (locate === 'auto' || locate === false || Array.isArray(locate)) return locate;
  const expected = "'auto', false or the document's four corners";
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'locate', expected, received: describe(locate) });
}

/** Canonical labels, none within another: what lies in two of them would be searched twice. */
function parseExpected(expected: readonly string[] | undefined): readonly string[] | undefined {
  if (expected === undefined) return undefined;
  if (!Array.isArray(expected) || expected.length === 0) {
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'expected',
      expected: 'a list of labels with at least one',
      received: Array.isArray(expected) ? 'an empty list' : describe(expected),
    });
  }
  const labels = new Set(expected.map(parseLabel));
  return [...labels].filter((label) => {
    return !labelAndAncestors(label).some((other) => other !== label && labels.has(other));
  });
}
