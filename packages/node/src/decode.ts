/** From encoded bytes to upright RGB pixels, by sharp. */
import { DocclfError, type ImageLimits } from '@docclf/core';
import { assertDocumentSize, throwIfAborted } from '@docclf/core/implementer';

import {
  applyOrientation,
  assertRasterImage,
  type ExifOrientation,
  PreprocessError,
  type RasterImage,
  toRgb,
} from '@docclf/preprocess';
import sharp, { type Metadata } from 'sharp';
import type { ReadSource } from './source.ts';
import { whyUnreadable } from './unreadable.ts';

type ReadBytes = Extract<ReadSource, { kind: 'bytes' }>;

/** Of what sharp decodes; SVG and others are no captures of a document. AVIF is `heif` to sharp. */
const documentFormats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'tiff', 'heif', 'gif']);

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
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  if (source.kind === 'pixels') return decodePixels(source.image, source.name, limits);
  const { bytes, name } = source;
  const metadata = await readMetadata(source, limits);
  throwIfAborted(signal, 'Decoding');
  const { width, height } = metadata;
  const orientation = orientationOf(metadata);
  if (!documentFormats.has(metadata.format)) {
    throw new DocclfError('IMAGE_FORMAT_UNSUPPORTED', { source: name, format: metadata.format });
  }
  assertDocumentSize(name, { width, height }, limits);
  const pages = metadata.pages ?? 1;
  if (pages > 1 && source.page === undefined && metadata.format !== 'tiff') {
    throw new DocclfError('IMAGE_ANIMATED', { source: name, frames: pages });
  }

  const decoder = sharp(bytes, {
    page: source.page ?? 0,
    failOn: 'error',
    limitInputPixels: limits.maximumPixels,
  });
  const factor = canShrinkOnLoad(metadata) ? shrinkFactor(width, height, side) : 1;
  if (factor > 1) {
    decoder.resize(Math.floor(width / factor), Math.floor(height / factor), {
      fit: 'fill',
      // For what the decoder leaves of the factor: it moves an embedding half as far as `linear`.
      kernel: 'cubic',
    });
  }
  const { data, info } = await decoder
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw whyUnreadable(bytes, name, limits.maximumPixels, cause);
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

/** How many pages or frames an encoded image has: 1 for most. */
export async function countPages(source: ReadSource, limits: ImageLimits): Promise<number> {
  if (source.kind === 'pixels') return 1;
  return (await readMetadata({ ...source, page: undefined }, limits)).pages ?? 1;
}

async function readMetadata({ bytes, name, page }: ReadBytes, limits: ImageLimits): Promise<Metadata> {
  let metadata: Metadata;
  try {
    // Without a pixel limit: a declared size over ours gets our error, and nothing is decoded here.
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw whyUnreadable(bytes, name, limits.maximumPixels, cause);
  }
  const { pages = 1 } = metadata;
  if (page === undefined || page === 0) return metadata;
  if (page >= pages) throw new DocclfError('IMAGE_PAGE_MISSING', { source: name, page, pages });
  try {
    return await sharp(bytes, { limitInputPixels: false, page }).metadata();
  } catch (cause) {
    throw whyUnreadable(bytes, name, limits.maximumPixels, cause);
  }
}

function decodePixels(image: RasterImage, name: string, limits: ImageLimits): DecodedImage {
  const { width, height } = image;
  if (width === 0 || height === 0)
    throw new DocclfError('IMAGE_WITHOUT_PIXELS', { source: name, width, height });
  try {
    assertRasterImage(image);
    assertDocumentSize(name, { width, height }, limits);
    return { image: toRgb(image), width, height };
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

// Only these decoders shrink by whole factors; for the rest sharp would resample with a filter of its own.
function canShrinkOnLoad(metadata: Metadata): boolean {
  return metadata.format === 'jpeg' || (metadata.format === 'webp' && (metadata.pages ?? 1) === 1);
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
