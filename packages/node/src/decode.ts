/** From encoded bytes to upright RGB pixels, by sharp. */
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize, pixelLimitOf, throwIfAborted } from '@docclf/core/implementer';
import { countPages as countRead, readerOf, readPage } from '@docclf/core/readers';

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
import { formatOf, type ImageFacts, inspectImage } from '@docclf/preprocess/image-file';
import sharp, { type Metadata } from 'sharp';
import { readBitmap } from './bitmap.ts';
import { type DecodableFormat, decodableFormat } from './decodable-format.ts';
import type { DecodeMeans } from './image-options.ts';
import { withMemory } from './memory-turns.ts';
import { inSlices, join } from './slices.ts';
import type { ReadBytes, ReadSource } from './source.ts';
import { tiffPages } from './tiff.ts';
import { unremembered } from './unremembered.ts';

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
  const reader = readerOf(formatOf(bytes), readers);
  if (reader) return readPage(reader, source, side, { limits, signal });
  const format = decodableFormat(bytes, name);
  if (format === 'bmp') return shrinkPixels(await readBitmap(source, limits, signal), side);
  const page = await readMetadata(source, format, limits, signal);
  throwIfAborted(signal, 'Decoding');
  const { facts, width, height } = page;
  const orientation = orientationOf(page);
  const decoder = sharp(await withoutEnd(bytes, facts), {
    page: page.directory,
    // Of what a cut took from a progressive file's last scans the decoder only warns.
    failOn: facts.isProgressive ? 'warning' : 'error',
    limitInputPixels: pixelLimitOf(format, facts, limits),
  });
  const factor = canShrink(page) ? shrinkFactor(width, height, side) : 1;
  if (factor > 1) {
    decoder.resize(Math.floor(width / factor), Math.floor(height / factor), {
      fit: 'fill',
      // For what the decoder leaves of the factor: it moves an embedding half as far as `linear`.
      kernel: 'cubic',
    });
  }
  const decoding = () =>
    decoder.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const memory = memoryOf(page);
  const decodingAlone = memory > remembered ? () => unremembered(decoding) : decoding;
  const { data, info } = await withMemory(memory, signal, decodingAlone).catch((cause: unknown) => {
    if (DocclfError.is(cause)) throw cause;
    // What libvips says may be about another image: it keeps one text of errors for the whole process.
    throw new DocclfError('IMAGE_CORRUPT', { source: name }, { cause });
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

/** Bytes that decoding takes, about; per pixel as measured by `npm run bench -- uploads`. */
function memoryOf({ format, facts, width, height, depth, isProgressive }: PageMetadata): number {
  const deep = depth === 'uchar' ? 1 : 2;
  const perPixel = {
    // By lines, shrunken; where the coefficients come in several scans, all are held.
    jpeg: facts.isProgressive ? 7 : 0,
    png: isProgressive ? 4 * deep : 1,
    gif: 5,
    webp: 4,
    tiff: 4,
    avif: 16,
  };
  return width * height * perPixel[format];
}

/** Bytes of one decoding that libvips may remember: it holds some five of them. */
const remembered = 2 ** 24;

/** The decoder of GIF takes it for the size alone. */
function memoryOfGif({ size = { width: 0, height: 0 } }: ImageFacts): number {
  return size.width * size.height * 5;
}

/** How many pages or frames an encoded image has: 1 for most. */
export async function countPages(
  source: ReadSource,
  { limits, readers }: DecodeMeans,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (source.kind === 'pixels') return 1;
  const reader = readerOf(formatOf(source.bytes), readers);
  if (reader) return countRead(reader, source, signal);
  const format = decodableFormat(source.bytes, source.name);
  if (format === 'bmp') return 1;
  return (await readMetadata({ ...source, page: source.page ?? 0 }, format, limits, signal)).documentPages;
}

/** What is known of one page before its pixels, and which of the file's directories or frames it is. */
interface PageMetadata extends Omit<Metadata, 'format'> {
  readonly format: DecodableFormat;
  readonly facts: ImageFacts;
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
  signal: AbortSignal | undefined,
): Promise<PageMetadata> {
  const facts = await inSlices(inspectImage(format, bytes));
  const allowed = { maximumPixels: pixelLimitOf(format, facts, limits) };
  if (facts.size !== undefined) assertDocumentSize(name, facts.size, allowed);
  const { frames } = facts;
  const tiff = format === 'tiff' ? await inSlices(tiffPages(bytes)) : [];
  const documentPages = Math.max(frames, tiff.length, 1);
  if (page !== undefined && page >= documentPages)
    throw new DocclfError('IMAGE_PAGE_MISSING', { source: name, page, pages: documentPages });
  if (frames > 1 && page === undefined) throw new DocclfError('IMAGE_ANIMATED', { source: name, frames });
  // The decoders fill up what is missing, and some find nothing wrong with it.
  if (facts.endsEarly) throw new DocclfError('IMAGE_TRUNCATED', { source: name });
  const { directory = page ?? 0, complete = true, unsupported } = tiff[page ?? 0] ?? {};
  if (unsupported !== undefined)
    throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source: name, format: unsupported });
  if (!complete) throw new DocclfError('IMAGE_TRUNCATED', { source: name });
  let metadata: Metadata;
  try {
    // Without a pixel limit: a declared size over ours gets our error, and nothing is decoded here.
    const reading = () => sharp(bytes, { limitInputPixels: false, page: directory }).metadata();
    metadata = await withMemory(format === 'gif' ? memoryOfGif(facts) : 0, signal, reading);
  } catch (cause) {
    if (DocclfError.is(cause)) throw cause;
    throw new DocclfError('IMAGE_CORRUPT', { source: name }, { cause });
  }
  assertDocumentSize(name, metadata, allowed);
  return { ...metadata, format, facts, directory, documentPages };
}

const padding = Buffer.from('ff00'.repeat(32), 'hex');

/**
 * A JPEG of one scan with its end marker replaced by data of no meaning. A decoder that has all pixels does not look there;
 * one that still waits for some finds no code in it, and then the end of the file, and fails: with the marker it would fill
 * up what a cut took away and only warn, as it does of many a sound file.
 */
async function withoutEnd(bytes: Uint8Array, { endOfOnlyScan: end }: ImageFacts): Promise<Uint8Array> {
  return end === undefined ? bytes : join([bytes.subarray(0, end), padding]);
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
function orientationOf({ orientation = 1 }: Pick<Metadata, 'orientation'>): ExifOrientation {
  return orientation >= 1 && orientation <= 8 ? (orientation as ExifOrientation) : 1;
}

/** More pixels than this in one piece, and the work on them in JavaScript would hold the event loop up. */
const largestWhole = 2 ** 22;

/**
 * Only the decoders of JPEG and WebP shrink by whole factors themselves. For the rest sharp averages and resamples with a
 * filter of its own, which is left to pictures so large that shrinking them here would stop the process.
 */
function canShrink({ format, width, height, documentPages }: PageMetadata): boolean {
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
