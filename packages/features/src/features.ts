/** The local features of a picture: places that another picture of the same print has too, each with what is around it. */

/**
 * Points of one picture, the strongest first, in columns: point i has `x[i]`, `y[i]` and so on, and the four words of `bits`
 * from `4 * i` on.
 */
export interface Features {
  /** Size of the picture in whose pixels the points count. */
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Pixels from the outer corner of the top-left pixel, x to the right and y down. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Standard deviation of the blur at which the place stands out, in pixels: how large it is. */
  readonly scale: Float32Array;
  /** The direction in which brightness grows around the place, radians in [0, 2 pi), from x towards y. */
  readonly angle: Float32Array;
  /** 128 bits a point, see `describePoint`. */
  readonly bits: Uint32Array;
}

/** 32-bit words of a description. */
export const wordsOfPoint = 4;
