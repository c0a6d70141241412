import { PreprocessError } from './preprocess-error.ts';
import { assertRasterImage, bytesOf, type RasterImage } from './raster-image.ts';
import { littleEndian, overWhite, toRgb } from './to-rgb.ts';

/** 256 channel values in 16 bits: what two of them in one number have room for. */
const LARGEST = 16;

/**
 * Any image as RGB, shrunk by a whole factor: each pixel is the mean of `factor` x `factor` of the source, over white,
 * rounded to nearest. The first step of `resize` for large pictures, in one pass over them: areas of areas are the areas.
 *
 * @param factor 1 to 16, a divisor of both sides
 * @throws PreprocessError `INVALID_IMAGE`, `INVALID_ARGUMENT`
 */
export function shrinkToRgb(image: RasterImage, factor: number): RasterImage {
  assertRasterImage(image);
  if (
    !Number.isInteger(factor) ||
    factor < 1 ||
    factor > LARGEST ||
    image.width % factor ||
    image.height % factor
  ) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected a whole factor of 1 to ${LARGEST} that divides ${image.width} x ${image.height}, got ${factor}.`,
    );
  }
  if (factor === 1) return toRgb(image);
  const { channels } = image;
  const source = bytesOf(image);
  const width = image.width / factor;
  const height = image.height / factor;
  const data = new Uint8Array(width * height * 3);
  const words = channels === 4 && littleEndian && source.byteOffset % 4 === 0;
  const pixels = words ? new Uint32Array(source.buffer, source.byteOffset, source.length / 4) : undefined;
  const area = factor * factor;
  const block = new Uint32Array(3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const first = y * factor * image.width + x * factor;
      if (pixels === undefined || !sumOpaque(pixels, first, image.width, factor, block))
        sumAny(source, channels, first, image.width, factor, block);
      for (let c = 0; c < 3; c++) data[to + c] = (block[c]! + area / 2) / area;
    }
  }
  return { data, width, height, channels: 3 };
}

/**
 * The largest whole factor up to 16 by which both sides can be divided and keep `least` pixels each.
 */
export function wholeFactor(width: number, height: number, least: number): number {
  const most = Math.min(LARGEST, Math.floor(Math.min(width, height) / least));
  for (let factor = most; factor > 1; factor--)
    if (width % factor === 0 && height % factor === 0) return factor;
  return 1;
}

/** Red and blue in one sum, green in the other. False where a pixel is not opaque. */
function sumOpaque(
  pixels: Uint32Array,
  first: number,
  stride: number,
  factor: number,
  block: Uint32Array,
): boolean {
  let redBlue = 0;
  let green = 0;
  let alpha = -1;
  for (let row = 0, start = first; row < factor; row++, start += stride) {
    for (let i = start; i < start + factor; i++) {
      const pixel = pixels[i]!;
      redBlue += pixel & 0xff00ff;
      green += (pixel >>> 8) & 0xff;
      alpha &= pixel;
    }
  }
  block[0] = redBlue & 0xffff;
  block[1] = green;
  block[2] = redBlue >>> 16;
  return alpha >>> 24 === 255;
}

function sumAny(
  source: Uint8Array,
  channels: RasterImage['channels'],
  first: number,
  stride: number,
  factor: number,
  block: Uint32Array,
): void {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  block.fill(0);
  for (let row = 0; row < factor; row++) {
    const start = (first + row * stride) * channels;
    for (let i = start; i < start + factor * channels; i += channels) {
      const alpha = channels === 4 ? source[i + 3]! : 255;
      block[0]! += overWhite(source[i]!, alpha);
      block[1]! += overWhite(source[i + green]!, alpha);
      block[2]! += overWhite(source[i + blue]!, alpha);
    }
  }
}
