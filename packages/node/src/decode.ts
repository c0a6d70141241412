/** From encoded bytes to upright RGB pixels, by sharp. */
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize, throwIfAborted } from '@docclf/core/implementer';

import {
  applyOrientation,
  assertRasterImage,
  type ExifOrientation,
  PreprocessError,
  type RasterImage,
  shrinkToRgb,
  toRgb,
  wholeFactor,
} from '@docclf/preprocess';
import {
  countFrames,
  declaredSize,
  endOfOnlyScan,
  endsEarly,
  isProgressive,
} from '@docclf/preprocess/image-file';
import sharp, { type Metadata } from 'sharp';
import { readBitmap } from './bitmap.ts';
import type { DecodeMeans } from './image-options.ts';
import { countPages as countRead, readerOf, readPage } from './read-page.ts';
import type { ReadBytes, ReadSource } from './source.ts';
import { tiffPages } from './tiff.ts';
import { type DecodableFormat, decodableFormat, whyUnreadable } from './unreadable.ts';

export interface DecodedImage {
  /** Upright RGB pixels, shrunk by a whole factor where the decoder could. */
  readonly image: RasterImage;
  /** Size of the source after orientation, before shrinking. */
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a source, shrinking while decoding by the largest whole factor that leaves each side at least
 * four times `side`: the area-averaging that follows in `@docclf/preprocess` then has the last word.
 *
 * CMYK, 16-bit, palette and profiled images come out as 8-bit sRGB; transparency becomes white paper.
 *
 * @throws IMAGE_*, ABORTED
 */
export async function decode(
  source: ReadSource,
  side: number,
  { limits, readers }: DecodeMeans,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  if (source.kind === 'pixels') return decodePixels(source.image, side, source.name, limits);
  const { bytes, name } = source;
  const reader = readerOf(bytes, readers);
  if (reader) return readPage(reader, source, side, { limits, signal });
  const format = decodableFormat(bytes, name);
  if (format === 'bmp') return shrinkPixels(await readBitmap(source, limits, signal), side);
  const metadata = await readMetadata(source, format, limits);
  throwIfAborted(signal, 'Decoding');
  const { width, height } = metadata;
  const orientation = orientationOf(metadata);
  // The decoders fill up what is missing, and some find nothing wrong with it.
  if (endsEarly(format, bytes)) throw new DocclfError('IMAGE_TRUNCATED', { source: name });

  const decoder = sharp(withoutEnd(format, bytes), {
    page: metadata.directory,
    // Of what a cut took from a progressive file's last scans the decoder only warns.
    failOn: format === 'jpeg' && isProgressive(bytes) ? 'warning' : 'error',
    limitInputPixels: limitOf(format, limits),
  });
  const factor = canShrink(format, metadata) ? shrinkFactor(width, height, side) : 1;
  if (factor > 1) {
    decoder.resize(Math.floor(width / factor), Math.floor(height / factor), {
      fit: 'fill',
      // For what the decoder leaves of the factor: it moves an embedding half as far as `linear`.
      kernel: 'cubic',
    });
  }
  const decoding = () =>
    decoder.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const isLarge = format !== 'jpeg' && width * height > largestBeside;
  const { data, info } = await (isLarge ? inTurn(decoding, signal) : decoding()).catch((cause: unknown) => {
    throw DocclfError.is(cause) ? cause : whyUnreadable(format, bytes, name, cause);
  });
  const channels = info.channels as RasterImage['channels'];
  const raster = toRgb({ data, width: info.width, height: info.height, channels });
  const turned = orientation > 4;
  return {
    image: applyOrientation(raster, orientation),
    width: turned ? height : width,
    height: turned ? width : height,
  };
}

/** As what sharp decodes is shrunk, where there are so many pixels that doing it here would hold the event loop up. */
async function shrinkPixels(picture: RasterImage, side: number): Promise<DecodedImage> {
  const { width, height, channels } = picture;
  const factor = width * height > largestWhole ? shrinkFactor(width, height, side) : 1;
  if (factor === 1) return { image: toRgb(picture), width, height };
  const { data, info } = await sharp(picture.data, { raw: { width, height, channels } })
    .resize(Math.floor(width / factor), Math.floor(height / factor), { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { image: toRgb({ data, width: info.width, height: info.height, channels }), width, height };
}

/** Pictures of more pixels that pass through memory whole wait for one another: four of 98 megapixels took 1.9 GB. */
const largestBeside = 2 ** 24;
let last: Promise<unknown> = Promise.resolve();

async function inTurn<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  const turn = last.then(() => {
    throwIfAborted(signal, 'Decoding');
    return work();
  });
  last = turn.catch(() => {});
  return turn;
}

/** How many pages or frames an encoded image has: 1 for most. */
export async function countPages(
  source: ReadSource,
  { limits, readers }: DecodeMeans,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (source.kind === 'pixels') return 1;
  const reader = readerOf(source.bytes, readers);
  if (reader) return countRead(reader, source, signal);
  const format = decodableFormat(source.bytes, source.name);
  if (format === 'bmp') return 1;
  return (await readMetadata({ ...source, page: source.page ?? 0 }, format, limits)).documentPages;
}

/** The decoder's facts of one page, and which of the file's directories or frames that is. */
interface PageMetadata extends Metadata {
  readonly directory: number;
  readonly documentPages: number;
}

/**
 * Refuses by what the header declares before the decoder is asked, since some take the memory for all pixels to tell a
 * size; then by what the decoder tells.
 */
async function readMetadata(
  { bytes, name, page }: ReadBytes,
  format: DecodableFormat,
  limits: ImageLimits,
): Promise<PageMetadata> {
  const allowed = { maximumPixels: limitOf(format, limits) };
  const declared = declaredSize(format, bytes);
  if (declared !== undefined) assertDocumentSize(name, declared, allowed);
  const frames = countFrames(format, bytes);
  const tiff = format === 'tiff' ? tiffPages(bytes) : [];
  const documentPages = Math.max(frames, tiff.length, 1);
  if (page !== undefined && page >= documentPages)
    throw new DocclfError('IMAGE_PAGE_MISSING', { source: name, page, pages: documentPages });
  if (frames > 1 && page === undefined) throw new DocclfError('IMAGE_ANIMATED', { source: name, frames });
  const { directory = page ?? 0, complete = true, unsupported } = tiff[page ?? 0] ?? {};
  if (unsupported !== undefined)
    throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source: name, format: unsupported });
  if (!complete) throw new DocclfError('IMAGE_TRUNCATED', { source: name });
  let metadata: Metadata;
  try {
    // Without a pixel limit: a declared size over ours gets our error, and nothing is decoded here.
    metadata = await sharp(bytes, { limitInputPixels: false, page: directory }).metadata();
  } catch (cause) {
    throw whyUnreadable(format, bytes, name, cause);
  }
  assertDocumentSize(name, metadata, allowed);
  return { ...metadata, directory, documentPages };
}

/** A JPEG is decoded shrunken; of all else every pixel passes through memory. */
function limitOf(format: DecodableFormat, limits: ImageLimits): number {
  return format === 'jpeg' ? limits.maximumPixels : limits.maximumPixelsDecodedWhole;
}

const padding = Buffer.from('ff00'.repeat(32), 'hex');

/**
 * A JPEG of one scan with its end marker replaced by data of no meaning. A decoder that has all pixels does not look there;
 * one that still waits for some finds no code in it, and then the end of the file, and fails: with the marker it would fill
 * up what a cut took away and only warn, as it does of many a sound file.
 */
function withoutEnd(format: DecodableFormat, bytes: Uint8Array): Uint8Array {
  const end = format === 'jpeg' ? endOfOnlyScan(bytes) : undefined;
  return end === undefined ? bytes : Buffer.concat([bytes.subarray(0, end), padding]);
}

function decodePixels(image: RasterImage, side: number, name: string, limits: ImageLimits): DecodedImage {
  const { width, height } = image;
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  try {
    assertRasterImage(image);
    assertDocumentSize(name, { width, height }, limits);
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

// Some writers store 0 for unknown, others nonsense: every viewer shows these as they are stored.
function orientationOf({ orientation = 1 }: Metadata): ExifOrientation {
  return orientation >= 1 && orientation <= 8 ? (orientation as ExifOrientation) : 1;
}

/** More pixels than this in one piece, and the work on them in JavaScript would hold the event loop up. */
const largestWhole = 2 ** 22;

/**
 * Only the decoders of JPEG and WebP shrink by whole factors themselves. For the rest sharp averages and resamples with a
 * filter of its own, which is left to pictures so large that shrinking them here would stop the process.
 */
function canShrink(format: DecodableFormat, { width, height, documentPages }: PageMetadata): boolean {
  if (format === 'jpeg' || (format === 'webp' && documentPages === 1)) return true;
  return width * height > largestWhole;
}

/**
 * Any whole factor, not only the decoder's own 2, 4 and 8: sharp uses one of these when asked for more than it
 * (for 4 it decodes at 2 and resamples the rest, for 5 at 4), which takes less time and leaves fewer pixels.
 * It then drops rows and columns that do not fill a pixel of the shrunken picture. One row of
 * two thousand can already take 0.001 off the cosine, so a size with such a rest is decoded one step larger.
 */
function shrinkFactor(width: number, height: number, side: number): number {
  const factor = Math.max(1, Math.floor(Math.min(width, height) / (4 * side)));
  const decoderFactor = [8, 4, 2].find((whole) => whole < factor) ?? 1;
  return width % decoderFactor === 0 && height % decoderFactor === 0 ? factor : decoderFactor;
}
