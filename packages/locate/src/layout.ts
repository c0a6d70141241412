/** Where a photo lies in the network's input, and what its maps are; the numbers are those of the training. */
import { type Corners, type Point, PreprocessError } from '@docclf/preprocess';

/** Pixels of the network's input, which is square. */
export const inputSide = 192;
/** Pixels of zeros round the photo: a corner a little outside of it still has a place on the maps. */
export const inputMargin = 16;
/** Side of the square that the photo is squashed to. */
export const photoSide = inputSide - 2 * inputMargin;
/** Pixels of the input that a cell of a map stands for. */
const stride = 4;
/** Cells of a map's side. */
export const grid = inputSide / stride;
/** Values of one photo's maps: the mask, then one map for each corner. */
export const mapsLength = 5 * grid * grid;

/** What one run of the network says of one photo. */
export interface LocaliserOutput {
  /**
   * `[5, 48, 48]` logits, row-major: the document's area, then its own top left, top right, bottom right and bottom left.
   * A softmax over a corner's map says where that corner is.
   */
  readonly maps: Float32Array;
  /** Two logits: there is a document; the picture is the document already, with nothing around it. */
  readonly confidence: ArrayLike<number>;
}

export interface Size {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** @throws PreprocessError `INVALID_ARGUMENT` */
export function assertOutput({ maps, confidence }: LocaliserOutput): void {
  if (maps.length !== mapsLength || !maps.every(Number.isFinite)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected maps of ${mapsLength} finite values (5 x ${grid} x ${grid}), got ${maps.length}. Pass the part of one photo.`,
    );
  }
  if (confidence.length !== 2 || !Number.isFinite(confidence[0]) || !Number.isFinite(confidence[1])) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a confidence of two finite logits, got [${Array.from(confidence)}]. Pass the part of one photo.`,
    );
  }
}

/** @throws PreprocessError `INVALID_ARGUMENT` */
export function assertSize({ width, height }: Size): void {
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a positive width and height in pixels, got ${width} x ${height}. Pass the size of the picture.`,
    );
  }
}

/** A place on the maps (in cells, a cell's middle at .5) in pixels of the picture that was looked at. */
export function toPicture(corners: Corners, { width, height }: Size): Corners {
  return corners.map(({ x, y }: Point) => ({
    x: ((x * stride - inputMargin) / photoSide) * width,
    y: ((y * stride - inputMargin) / photoSide) * height,
  })) as unknown as Corners;
}
