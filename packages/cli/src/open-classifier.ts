/** The classifier that a command asks. */
import { createDocClassifier } from '@docclf/node';
import {
  embedderOptionsOf,
  type GalleryOptions,
  type ModelOptions,
  type ThresholdOptions,
} from './context.ts';
import { storeOf } from './gallery-file.ts';
import { thresholdOf } from './threshold.ts';

export interface AskingOptions extends GalleryOptions, ModelOptions, ThresholdOptions {
  readonly rotations?: boolean;
  readonly thumbnails?: boolean;
}

/** Over the gallery that the command names; what the gallery must be, the command has looked at before. */
export async function openClassifier(options: AskingOptions) {
  const { gallery, rotations, thumbnails } = options;
  return createDocClassifier({
    gallery: await storeOf(gallery),
    ...embedderOptionsOf(options),
    threshold: thresholdOf(options),
    rotations,
    thumbnails,
  });
}
