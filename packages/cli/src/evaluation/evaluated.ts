/** What an evaluation was made from and what came of it: all that its outputs are written from. */
import type { EmbeddingSpace, ModelManifest, ResolvedThreshold } from '@docclf/core';
import type { Evaluation } from '@docclf/core/evaluation';
import type { ImageSource } from '@docclf/node';
import type { Failure } from '../tally.ts';
import type { AnswersGiven } from './ask-classifier.ts';

export interface EvaluatedImage {
  /** Relative to the folder that was given. */
  readonly name: string;
  readonly label: string;
  readonly source: ImageSource;
}

export interface Evaluated {
  /** What the classifier itself answered. */
  readonly answers: AnswersGiven;
  /** By vectors alone. */
  readonly evaluation: Evaluation;
  /** In the order of the evaluation's indices. */
  readonly images: readonly EvaluatedImage[];
  /** Of a search among all types; where each has its own, that in the middle. */
  readonly threshold: ResolvedThreshold;
  readonly manifest: ModelManifest;
  readonly space: EmbeddingSpace;
  readonly folder: string;
  readonly unknownFolder: string | undefined;
  readonly failures: readonly Failure[];
}

export function thresholdName({ origin }: ResolvedThreshold): string {
  return origin === 'cohort' ? 'a typical threshold of' : 'threshold';
}
