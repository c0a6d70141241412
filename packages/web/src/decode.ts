/** From encoded bytes or a bitmap to upright RGB pixels, by the browser's own decoder. */
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize, pixelLimitOf, throwIfAborted } from '@docclf/core/implementer';
import {
  assertRasterImage,
  PreprocessError,
  type RasterImage,
  shrinkToRgb,
  wholeFactor,
} from '@docclf/preprocess';
import {
  finish,
  formatOf,
  type ImageFacts,
  type ImageFormat,
  inspectImage,
  isImageFormat,
} from '@docclf/preprocess/image-file';
import { type DecodedImage, decodeJpeg, readFrame } from './frame.ts';
import { bitmapOptions, type ReadSource } from './source.ts';

/** Pixels of one read from a canvas: phones refuse a canvas of a large photo's size. */
const stripPixels = 2 ** 22;

/**
 * Decodes a source, shrunk by a whole factor that leaves each side at least four times `side`, a JPEG while it is
 * decoded: the area-averaging that follows in `@docclf/preprocess` then has the last word.
 *
 * Profiled and 16-bit images come out as 8-bit sRGB; transparency becomes white paper. Bitmaps and frames are closed.
 *
 * @throws IMAGE_*, ABORTED
 */
export async function decode(
  source: ReadSource,
  side: number,
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  if (source.kind === 'pixels') return decodePixels(source.image, side, source.name, limits);
  // RGB already, shrunk, and of a size that was checked.
  if (source.kind === 'page') return { image: source.image, ...source.size };
  if (source.kind === 'bytes') return decodeBytes(source, side, limits, signal);
  return readPicture(source.picture, side, source.name, limits, signal);
}

async function decodeBytes(
  { bytes, name: source }: Extract<ReadSource, { kind: 'bytes' }>,
  side: number,
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  const format = formatOf(bytes);
  if (!isImageFormat(format)) {
    throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source, format: format ?? 'no image signature' });
  }
  const facts = finish(inspectImage(format, bytes));
  const { size, frames } = facts;
  // As in Node, so that an image is refused in both or in neither.
  const maximumPixels = pixelLimitOf(format, facts, limits);
  if (size) assertDocumentSize(source, size, { maximumPixels });
  if (frames > 1) throw new DocclfError('IMAGE_ANIMATED', { source, frames });
  const shrunk =
    format === 'jpeg' && size && !facts.endsEarly ? await decodeJpeg(bytes, size, side) : undefined;
  throwIfAborted(signal, 'Decoding');
  if (shrunk !== undefined) return shrunk;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }), bitmapOptions);
  } catch (cause) {
    throw whyUnreadable(format, facts, source, cause);
  }
  if (!facts.endsEarly) return readPicture(bitmap, side, source, limits, signal);
  bitmap.close();
  throw new DocclfError('IMAGE_TRUNCATED', { source });
}

function whyUnreadable(
  format: ImageFormat,
  { endsEarly: cut }: ImageFacts,
  source: string,
  cause: unknown,
): DocclfError {
  // Only some browsers decode these.
  if (format === 'tiff' || format === 'heic' || (format === 'avif' && !cut))
    return new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source, format }, { cause });
  return new DocclfError(cut ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT', { source }, { cause });
}

/** Closes the picture. */
async function readPicture(
  picture: ImageBitmap | VideoFrame,
  side: number,
  source: string,
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  const isFrame = 'displayWidth' in picture;
  const size = isFrame ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
  try {
    throwIfAborted(signal, 'Decoding');
    assertDocumentSize(source, size, limits);
    const read = isFrame ? await readFrame(picture, 4 * side) : undefined;
    const image = read ?? drawPixels(picture, size.width, size.height, 4 * side);
    return { image, width: size.width, height: size.height };
  } catch (cause) {
    if (DocclfError.is(cause)) throw cause;
    throw new DocclfError('FILE_UNREADABLE', { file: source }, { cause });
  } finally {
    picture.close();
  }
}

function drawPixels(
  picture: ImageBitmap | VideoFrame,
  width: number,
  height: number,
  least: number,
): RasterImage {
  const factor = wholeFactor(width, height, least);
  const most = Math.max(1, Math.floor(stripPixels / width / factor)) * factor;
  const rows = Math.min(height, most);
  const canvas = new OffscreenCanvas(width, rows);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  // What was drawn must replace what is there, also where it is transparent.
  context.globalCompositeOperation = 'copy';
  const data = new Uint8Array((width / factor) * (height / factor) * 3);
  for (let y = 0, to = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    context.drawImage(picture, 0, y, width, count, 0, 0, width, count);
    const pixels = context.getImageData(0, 0, width, count).data as Uint8ClampedArray;
    const strip = shrinkToRgb({ data: pixels, width, height: count, channels: 4 }, factor);
    data.set(strip.data, to);
    to += strip.data.length;
  }
  return { data, width: width / factor, height: height / factor, channels: 3 };
}

function decodePixels(image: RasterImage, side: number, name: string, limits: ImageLimits): DecodedImage {
  const { width, height } = image;
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  try {
    assertRasterImage(image);
    assertDocumentSize(name, image, limits);
    return { image: shrinkToRgb(image, wholeFactor(width, height, 4 * side)), width, height };
  } catch (cause) {
    if (!(cause instanceof PreprocessError)) throw cause;
    const expected = 'pixels of 1, 3 or 4 channels whose data has width x height x channels bytes';
    throw new DocclfError(
      'INVALID_ARGUMENT',
      { argument: 'source', expected, received: cause.message },
      { cause },
    );
  }
}
