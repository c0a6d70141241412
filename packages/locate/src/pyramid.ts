/** Cut-outs for a network, which needs few pixels: from the picture, or from one halved as often as still leaves enough. */
import { type Corners, type RasterImage, resize, warpPerspective } from '@docclf/preprocess';
import type { Size } from './layout.ts';
import { distance } from './polygon.ts';
import { mapCorners, wholeOf } from './quads.ts';

/**
 * Pixels along a side of the cut-out's place for each of its own that halving must leave. Warping takes time by the pixels
 * that lie within, five times a photo.
 */
const LEFT = 1.5;

export interface Pyramid {
  /** What lies within the corners, in exactly `width` x `height`. @throws PreprocessError `INVALID_CORNERS`, `INVALID_ARGUMENT` */
  cutOut(corners: Corners, width: number, height: number): RasterImage;
}

export function createPyramid(image: RasterImage): Pyramid {
  const levels = [image];
  function level(count: number): RasterImage {
    while (levels.length <= count) {
      const { width, height } = levels.at(-1)!;
      levels.push(resize(levels.at(-1)!, Math.ceil(width / 2), Math.ceil(height / 2)));
    }
    return levels[count]!;
  }
  return {
    cutOut(corners, width, height) {
      const own = ownSize(corners);
      const spare = Math.min(own.width / width, own.height / height) / LEFT;
      // Corners far outside of a picture make a large place, but its pixels are few.
      const most = Math.log2(Math.max(1, Math.min(image.width, image.height) / 2));
      const halved = level(Math.floor(Math.max(0, Math.min(Math.log2(spare), most))));
      return warpPerspective(halved, mapCorners(corners, wholeOf(image), wholeOf(halved)), width, height);
    },
  };
}

/** Pixels of a document's longest sides, at least 1. */
export function ownSize([topLeft, topRight, bottomRight, bottomLeft]: Corners): Size {
  const pixels = (one: number, other: number) => Math.max(1, Math.round(Math.max(one, other)));
  return {
    width: pixels(distance(topLeft, topRight), distance(bottomLeft, bottomRight)),
    height: pixels(distance(topLeft, bottomLeft), distance(topRight, bottomRight)),
  };
}
