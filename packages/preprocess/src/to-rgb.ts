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
  } else {
    for (let from = 0, to = 0; from < source.length; from += 4, to += 3) {
      const alpha = source[from + 3]!;
      data[to] = overWhite(source[from]!, alpha);
      data[to + 1] = overWhite(source[from + 1]!, alpha);
      data[to + 2] = overWhite(source[from + 2]!, alpha);
    }
  }
  return { data, width, height, channels: 3 };
}

function overWhite(value: number, alpha: number): number {
  // 127 of 255 is the half that rounds to nearest; the sum stays far below 2^31.
  return alpha === 255 ? value : ((value * alpha + 255 * (255 - alpha) + 127) / 255) | 0;
}
