/** Where is the document in this photo? sharp decodes, onnxruntime-node runs the localiser, `@docclf/locate` makes corners. */
import { DocclfError, type WithSignal } from '@docclf/core';
import {
  abortSignal,
  anything,
  checkOptions,
  cornersRefused,
  createLifetime,
  describe,
  flag,
  type OptionTable,
  positiveInteger,
  threadCount,
  throwIfAborted,
} from '@docclf/core/implementer';
import { type Advice, adviceFor, type Found, type Size, straighten, turnCorners } from '@docclf/locate';
import { locateAll } from '@docclf/locate/all';
import type { Corners, RasterImage } from '@docclf/preprocess';
import { type DecodedImage, decode } from './decode.ts';
import { decodeMeans, type ImageOptions, imageOptions } from './image-options.ts';
import { openLocaliser } from './localiser-session.ts';
import { type ImageSource, readSource } from './source.ts';

export interface NodeLocaliserOptions extends ImageOptions {
  /** Path or `file:` URL of a localiser's manifest. Default: the localiser of `@docclf/model`. */
  readonly localiser?: string | URL | undefined;
  /** Threads of one run of the network. Default 1. */
  readonly threads?: number | undefined;
}

export interface LocateSourceOptions extends WithSignal {
  /** Also look closer at the best quad and inside of it. Default true; false takes a third of the time. */
  readonly closer?: boolean | undefined;
  /** Most quads of the first look, 1 to 16. Default 4. */
  readonly count?: number | undefined;
}

export interface LocateAllSourceOptions extends WithSignal {
  /** Most documents, from 1. Default 16. */
  readonly most?: number | undefined;
}

export interface LocatedSource extends Found {
  /** Pixels of the source after orientation, in which all corners count. */
  readonly image: Size;
}

export interface CropOptions extends LocateSourceOptions {
  /** Where the document is, if you know it; see `Corners`. Default: the best quad that is found. */
  readonly corners?: Corners | undefined;
  /** Turn the result by so many quarters counter-clockwise, any whole number. Default 0. */
  readonly turns?: number | undefined;
}

const localiserOptions: OptionTable<NodeLocaliserOptions> = {
  ...imageOptions,
  localiser: anything,
  threads: threadCount,
};
const locateOptions: OptionTable<LocateSourceOptions> = {
  closer: flag,
  count: anything,
  signal: abortSignal,
};
const locateAllOptions: OptionTable<LocateAllSourceOptions> = { most: anything, signal: abortSignal };
const cropOptions: OptionTable<CropOptions> = { ...locateOptions, corners: anything, turns: anything };

export interface Crop {
  /** The document, straightened: RGB, as large as it is in the source, at most 4096 pixels a side. */
  readonly picture: RasterImage;
  readonly corners: Corners;
  readonly image: Size;
  /** What could be done better, of these corners. */
  readonly advice: readonly Advice[];
}

export interface NodeLocaliser {
  /**
   * Finds the document. A picture without one has no quads and the advice `nothing-found`.
   *
   * @throws IMAGE_*, FILE_*, INVALID_ARGUMENT, RUNTIME_FAILED, ABORTED, CLOSED
   */
  locate(source: ImageSource, options?: LocateSourceOptions): Promise<LocatedSource>;
  /**
   * Finds every document, the clearest first; see `locateAll` of `@docclf/locate/all`. Empty for a picture without one.
   *
   * @throws as `locate`
   */
  locateAll(source: ImageSource, options?: LocateAllSourceOptions): Promise<readonly LocatedSource[]>;
  /**
   * Cuts the document out and straightens it; undefined where none is found.
   *
   * @throws as `locate`; INVALID_ARGUMENT for corners that cross, are in a line, or go round the wrong way
   */
  crop(source: ImageSource, options?: CropOptions): Promise<Crop | undefined>;
  /** Releases the session once the running calls are done. */
  close(): Promise<void>;
}

/** Decoders leave four times this: a document of a third of the photo still has more pixels than any network takes. */
const decodedSide = 256;
/** Pixels of a straightened side: A4 at 350 dots an inch. */
const largestSide = 4096;

/**
 * Loads the localiser, verifies its hash and tests it against its golden logits.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, RUNTIME_FAILED
 */
export async function createNodeLocaliser(given?: NodeLocaliserOptions): Promise<NodeLocaliser> {
  const options = checkOptions('createNodeLocaliser', given, localiserOptions);
  const { threads = 1 } = options;
  const decoders = decodeMeans(options);
  const { localiser, release } = await openLocaliser({ localiser: options.localiser, threads });
  const lifetime = createLifetime('localiser', release);

  async function decoded(
    source: ImageSource,
    side: number,
    signal: AbortSignal | undefined,
  ): Promise<DecodedImage> {
    throwIfAborted(signal, 'Locating');
    return decode(await readSource(source, decoders.limits.maximumBytes, signal), side, decoders, signal);
  }

  async function find(
    { image, width, height }: DecodedImage,
    asked: LocateSourceOptions,
  ): Promise<LocatedSource> {
    throwIfAborted(asked.signal, 'Locating');
    const size = { width, height };
    return { ...(await localiser.locate(image, { ...asked, size })), image: size };
  }

  async function crop(source: ImageSource, asked: CropOptions): Promise<Crop | undefined> {
    const { turns = 0, signal } = asked;
    if (!Number.isSafeInteger(turns)) {
      const expected = 'a whole number of quarter turns';
      throw new DocclfError('INVALID_ARGUMENT', { argument: 'turns', expected, received: describe(turns) });
    }
    const full = await decoded(source, Infinity, signal);
    const corners = asked.corners ?? (await find(full, asked)).quads[0]?.corners;
    if (corners === undefined) return undefined;
    const turned = turnCorners(corners, turns);
    const image = { width: full.width, height: full.height };
    const picture = straightened(full.image, turned);
    return { picture, corners: turned, image, advice: adviceFor(turned, image) };
  }

  return {
    locate: (source, options) =>
      lifetime.run(async () => {
        const asked = checkOptions('locate', options, locateOptions);
        return find(await decoded(source, decodedSide, asked.signal), asked);
      }),
    locateAll: (source, options) =>
      lifetime.run(async () => {
        const { most, signal } = checkOptions('locateAll', options, locateAllOptions);
        const { image, ...size } = await decoded(source, decodedSide, signal);
        const asked = { size, most: most === undefined ? undefined : positiveInteger('most', most) };
        return (await locateAll(localiser, image, asked)).map((found) => ({ ...found, image: size }));
      }),
    crop: (source, options) =>
      lifetime.run(async () => crop(source, checkOptions('crop', options, cropOptions))),
    close: lifetime.close,
  };
}

function straightened(image: RasterImage, corners: Corners): RasterImage {
  try {
    return straighten(image, corners, largestSide);
  } catch (cause) {
    throw cornersRefused(cause);
  }
}
