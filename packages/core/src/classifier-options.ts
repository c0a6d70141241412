/** What a call asks for, checked, with the classifier's own options where it says nothing. */
import type {
  ClassifierOptions,
  ClassifyOptions,
  ReferenceDetails,
  RegisterOptions,
  StreamOptions,
  VerifyOptions,
} from './classifier-contract.ts';
import { defaultMargin } from './decide.ts';
import type { EmbedOptions } from './embedder.ts';
import { DocclfError, describe, positiveInteger } from './errors.ts';
import type { AddOptions } from './gallery.ts';
import { labelAndAncestors, parseLabel } from './labels.ts';
import type { OperatingPoints } from './operating-point.ts';
import {
  abortSignal,
  anything,
  callback,
  flag,
  type OptionTable,
  oneOf,
  place,
  positiveWhole,
} from './options.ts';
import type { Threshold } from './thresholds.ts';

/** Of unknown documents one in a hundred may be accepted. */
export const defaultThreshold: Threshold = { fpir: 0.01 };
const defaultTopK = 5;

/** Of `createClassifier`; runtimes add theirs. */
export const classifierOptions: OptionTable<ClassifierOptions<never>> = {
  embedder: anything,
  gallery: anything,
  threshold: anything,
  margin: anything,
  concurrency: positiveWhole,
  thumbnails: flag,
  rotations: flag,
  locate: place,
  lint: callback,
  secondLook: anything,
  onClassified: callback,
};

export const verifyOptions: OptionTable<VerifyOptions> = {
  threshold: anything,
  rotations: flag,
  locate: place,
  signal: abortSignal,
};

export const classifyOptions: OptionTable<ClassifyOptions> = {
  ...verifyOptions,
  topK: anything,
  margin: anything,
  expected: anything,
  secondLook: flag,
  vector: flag,
  thumbnail: flag,
};

export const streamOptions: OptionTable<StreamOptions> = { concurrency: positiveWhole, signal: abortSignal };

export const addOptions: OptionTable<AddOptions> = {
  existing: oneOf('error', 'keep', 'replace'),
  signal: abortSignal,
};

/** Of one reference, without the options of its writing. */
export const referenceOptions: OptionTable<ReferenceDetails & { label?: unknown; unknown?: unknown }> = {
  label: anything,
  unknown: flag,
  id: anything,
  metadata: anything,
  thumbnail: flag,
  locate: place,
};

export const registerOptions: OptionTable<RegisterOptions> = { ...referenceOptions, ...addOptions };

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
    locate,
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
    locate,
  };
}

function checkMargin(margin: number): number {
  if (typeof margin === 'number' && margin >= 0 && margin <= 1) return margin;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'margin',
    expected: 'a difference of scores from 0 to 1',
    received: describe(margin),
  });
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
