import type { RasterImage } from './raster-image.ts';

/**
 * The picture "docclf-golden-1": 200 x 150 RGB of 8-pixel tiles, made by a formula so that every
 * implementation can draw it without a file. Two runtimes that embed it alike preprocess alike.
 */
export function goldenImage(): RasterImage {
  const width = 200;
  const height = 150;
  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = x >> 3;
      const row = y >> 3;
      for (let c = 0; c < 3; c++) data[to++] = (column * 37 + row * 91 + column * row * 11 + c * 53) & 255;
    }
  }
  return { data, width, height, channels: 3 };
}
