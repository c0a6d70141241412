import { PreprocessError } from './preprocess-error.ts';

/**
 * Decoded pixels: row-major, channels interleaved, top-left pixel first, 8 bits a channel, sRGB.
 *
 * `channels`: 1 is grey, 3 is RGB, 4 is RGB with straight (not premultiplied) alpha. `data` holds
 * exactly `width * height * channels` bytes. No function of this package writes to it.
 */
export interface RasterImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/**
 * Checks that sizes are whole and positive, and that `data` has the length they imply.
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function assertRasterImage(image: RasterImage): void {
  const { data, width, height, channels } = image;
  if (!isSize(width) || !isSize(height)) {
    throw new PreprocessError(
      'INVALID_IMAGE',
      `Expected an image of whole, positive width and height, got ${width} x ${height}. Pass the size that the decoder reported.`,
    );
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new PreprocessError(
      'INVALID_IMAGE',
      `Expected 1, 3 or 4 channels (grey, RGB, RGBA), got ${channels}. Decode to one of these.`,
    );
  }
  // A plain array or a Float32Array would pass a length check and give wrong pixels later.
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new PreprocessError(
      'INVALID_IMAGE',
      `Expected data as Uint8Array or Uint8ClampedArray, got ${Object.prototype.toString.call(data)}. Convert to 8 bits a channel.`,
    );
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new PreprocessError(
      'INVALID_IMAGE',
      `Expected ${expected} bytes for ${width} x ${height} x ${channels}, got ${data.length}. Check the channel count and remove row padding.`,
    );
  }
}

/** Refuses a target size that is not whole and positive. @throws PreprocessError `INVALID_ARGUMENT` */
export function assertTargetSize(width: number, height: number): void {
  if (!isSize(width) || !isSize(height)) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a whole, positive target width and height, got ${width} x ${height}. Round the size first.`,
    );
  }
}

/**
 * The pixels as a plain `Uint8Array` over the same memory.
 *
 * Inner loops that see one array class only stay fast; a Node `Buffer`, a canvas's
 * `Uint8ClampedArray` and a `Uint8Array` in the same loop make it several times slower.
 */
export function bytesOf(image: RasterImage): Uint8Array {
  const { data } = image;
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
