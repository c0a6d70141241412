/** From a source that has been read to what an embedder takes: all that no runtime does in a way of its own. */
import { type Corners, measureQuality, type RasterImage } from '@docclf/preprocess';
import type { Size } from './layout.ts';
import { type Box, decodedSide, type PreparedParts, type PrepareOptions, prepareParts } from './prepare.ts';

/** Long side, in pixels, of a straightened part whose quality is measured. */
const measuredSide = 1024;

/** Long side of a kept thumbnail in pixels: enough to recognise a document and to embed it again. */
export const thumbnailSide = 256;

/** How a runtime does what it has means of its own for, of one source. */
export interface ImageMeans {
  /** Upright RGB pixels and the size that they were shrunk from, four times `side` pixels at least where there are so many. */
  decode(side: number): Promise<Size & { readonly image: RasterImage }>;
  /** SHA-256 of the encoded bytes; of size and pixels where there were none. */
  hash(image: RasterImage): string | Promise<string>;
  /** An encoded picture of at most `thumbnailSide` pixels a side. */
  encodeThumbnail(picture: RasterImage): Promise<Uint8Array>;
  /** Local features of a picture, or of a part of it in its pixels, as bytes. Without it nobody can ask for them. */
  readonly featuresOf?: ((picture: RasterImage, within?: Box) => Uint8Array) | undefined;
}

/** As in `EmbedOptions` of `@docclf/core`. */
export interface PrepareImageOptions extends Pick<PrepareOptions, 'spec' | 'localiser'> {
  /** See `locateOf`. */
  readonly locate: 'auto' | false | Corners;
  readonly asReference?: boolean | undefined;
  readonly quality?: boolean | undefined;
  readonly thumbnail?: boolean | undefined;
  readonly features?: boolean | undefined;
}

/** `PreparedImage` of `@docclf/core`. */
export interface PreparedPicture extends Omit<PreparedParts, 'part' | 'picture' | 'boxOf'>, Size {
  readonly sourceHash?: string;
  readonly quality?: ReturnType<typeof measureQuality>;
  readonly thumbnail?: Uint8Array;
  readonly features?: Uint8Array;
  readonly featuresOf?: (part: Corners | null) => Promise<Uint8Array>;
}

/** Long side in pixels of a straightened part whose features are kept. */
const featuresSide = 416;

/** @throws as `prepareParts`, and what the means throw */
export async function prepareImage(
  means: ImageMeans,
  options: PrepareImageOptions,
): Promise<PreparedPicture> {
  const { spec, locate, localiser } = options;
  const { image, ...size } = await means.decode(decodedSide(spec, locate));
  return describe(means, options, {
    image,
    size,
    parts: await prepareParts(image, { spec, size, locate, localiser }),
  });
}

/** What has been made of a picture that was decoded. */
interface Prepared {
  readonly image: RasterImage;
  readonly size: Size;
  readonly parts: PreparedParts;
}

/** With what was asked for beside the tensors. */
export async function describe(
  { hash, encodeThumbnail, featuresOf }: ImageMeans,
  options: PrepareImageOptions,
  { image, size, parts }: Prepared,
): Promise<PreparedPicture> {
  const { locate, asReference, quality = true, thumbnail } = options;
  const described = options.features ? featuresOf : undefined;
  const { picture, part, boxOf, ...prepared } = parts;
  return {
    ...prepared,
    ...size,
    ...(asReference && {
      sourceHash: sourceHashOf(await hash(image), typeof locate === 'object' ? locate : undefined),
      ...(quality && { quality: { ...measureQuality(picture(measuredSide)), ...part } }),
    }),
    ...(described &&
      (asReference
        ? { features: described(picture(featuresSide)) }
        : // Only who is in doubt asks for them, and takes the time then.
          { featuresOf: async (of: Corners | null) => described(image, boxOf(of)) })),
    ...(thumbnail && { thumbnail: await encodeThumbnail(picture(2 * thumbnailSide)) }),
  };
}

/** A source's hash; behind it, in whole pixels, the corners that were given: two documents on one scan are two. */
function sourceHashOf(hash: string, corners: Corners | undefined): string {
  const places = corners?.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`) ?? [];
  return [hash, ...places].join('@');
}
