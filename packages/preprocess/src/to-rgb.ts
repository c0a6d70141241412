import { assertRasterImage, bytesOf, type RasterImage } from './raster-image.ts';

/**
 * Any image as RGB. Grey is repeated; alpha is composited over white, because a transparent part
 * of a document picture stands for paper; an RGB image is returned as it is (same object).
 *
 * @throws PreprocessError `INVALID_IMAGE`
 */
export function toRgb(image: RasterImage): RasterImage {
  assertRasterImage(image);
  const { width, height, channels } = image;
  if (channels === 3) return image;
  const source = bytesOf(image);
  const data = new Uint8Array(width * height * 3);
  if (channels === 1) {
    for (let from = 0, to = 0; from < source.length; from++, to += 3) {
      const grey = source[from]!;
      data[to] = grey;
      data[to + 1] = grey;
      data[to + 2] = grey;
    }
  } else if (!copyOpaque(source, data)) {
    for (let from = 0, to = 0; from < source.length; from += 4, to += 3) {
      const alpha = source[from + 3]!;
      data[to] = overWhite(source[from]!, alpha);
      data[to + 1] = overWhite(source[from + 1]!, alpha);
      data[to + 2] = overWhite(source[from + 2]!, alpha);
    }
  }
  return { data, width, height, channels: 3 };
}

/** Red in the lowest bits: how all processors of browsers and servers store four bytes. */
export const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Four pixels at a time, which takes a quarter of the time. False, and nonsense written, where one is not opaque. */
function copyOpaque(source: Uint8Array, data: Uint8Array): boolean {
  if (!littleEndian || source.byteOffset % 4 !== 0) return false;
  const pixels = new Uint32Array(source.buffer, source.byteOffset, source.length / 4);
  const words = new Uint32Array(data.buffer, 0, data.length >> 2);
  const even = pixels.length & ~3;
  let alpha = -1;
  for (let from = 0, to = 0; from < even; from += 4, to += 3) {
    const a = pixels[from]!;
    const b = pixels[from + 1]!;
    const c = pixels[from + 2]!;
    const d = pixels[from + 3]!;
    alpha &= a & b & c & d;
    words[to] = (a & 0xffffff) | (b << 24);
    words[to + 1] = ((b >>> 8) & 0xffff) | (c << 16);
    words[to + 2] = ((c >>> 16) & 0xff) | (d << 8);
  }
  for (let from = even; from < pixels.length; from++) {
    alpha &= pixels[from]!;
    for (let c = 0; c < 3; c++) data[from * 3 + c] = source[from * 4 + c]!;
  }
  return alpha >>> 24 === 255;
}

/** A level over white paper, rounded to nearest. */
export function overWhite(value: number, alpha: number): number {
  // 127 of 255 is the half that rounds to nearest; the sum stays far below 2^31.
  return alpha === 255 ? value : ((value * alpha + 255 * (255 - alpha) + 127) / 255) | 0;
}
