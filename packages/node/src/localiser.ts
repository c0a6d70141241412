/** Where is the document in this photo? sharp decodes, onnxruntime-node runs the localiser, `@docclf/locate` makes corners. */
import { DocclfError, type ImageLimits, type WithSignal } from '@docclf/core';
import {
  abortSignal,
  anything,
  checkOptions,
  createLifetime,
  describe,
  flag,
  imageLimitOptions,
  imageLimits,
  type OptionTable,
  positiveInteger,
  throwIfAborted,
} from '@docclf/core/implementer';
import { type Advice, adviceFor, createLocaliser, type Found, type Size, turnCorners } from '@docclf/locate';
import {
  assertCorners,
  type Corners,
  PreprocessError,
  type RasterImage,
  warpPerspective,
} from '@docclf/preprocess';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type DecodedImage, decode } from './decode.ts';
import { loadLocaliser } from './model.ts';
import { type ImageSource, readSource } from './source.ts';
import { turnOffTelemetry } from './telemetry.ts';

export interface NodeLocaliserOptions extends Partial<ImageLimits> {
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
  ...imageLimitOptions,
  localiser: anything,
  threads: anything,
};
const locateOptions: OptionTable<LocateSourceOptions> = {
  closer: flag,
  count: anything,
  signal: abortSignal,
};
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
  const threads = positiveInteger('threads', options.threads ?? 1);
  const { manifest, bytes } = await loadLocaliser(options.localiser);
  const limits = imageLimits(options);
  const { input, outputs } = manifest;
  const failed = (operation: string) => (cause: unknown) => {
    throw new DocclfError('RUNTIME_FAILED', { operation }, { cause });
  };
  await turnOffTelemetry();
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch(failed(`load the localiser ${manifest.id}`));
  const localiser = createLocaliser({
    manifest,
    async run(values, count) {
      const feeds = { [input.name]: new Tensor('float32', values, [count, 3, input.side, input.side]) };
      const answer = await session.run(feeds).catch(failed('run the localiser'));
      const valuesOf = (name: string) => answer[name]!.data as Float32Array;
      return { maps: valuesOf(outputs.maps), confidence: valuesOf(outputs.confidence) };
    },
  });
  const lifetime = createLifetime('localiser', () => session.release());

  async function decoded(
    source: ImageSource,
    side: number,
    signal: AbortSignal | undefined,
  ): Promise<DecodedImage> {
    throwIfAborted(signal, 'Locating');
    return decode(await readSource(source, limits.maximumBytes, signal), side, limits, signal);
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
    if (!Number.isSafeInteger(turns))
      throw invalid('turns', 'a whole number of quarter turns', describe(turns));
    const full = await decoded(source, Infinity, signal);
    const corners = asked.corners ?? (await find(full, asked)).quads[0]?.corners;
    if (corners === undefined) return undefined;
    const turned = turnCorners(corners, turns);
    const image = { width: full.width, height: full.height };
    const picture = straightened(full.image, turned);
    return { picture, corners: turned, image, advice: adviceFor(turned, image) };
  }

  try {
    await localiser.selfTest().catch(failed(`reproduce the golden logits of ${manifest.id}`));
  } catch (error) {
    await lifetime.close();
    throw error;
  }
  return {
    locate: (source, options) =>
      lifetime.run(async () => {
        const asked = checkOptions('locate', options, locateOptions);
        return find(await decoded(source, decodedSide, asked.signal), asked);
      }),
    crop: (source, options) =>
      lifetime.run(async () => crop(source, checkOptions('crop', options, cropOptions))),
    close: lifetime.close,
  };
}

/** As large as the document's longest sides are in the picture. */
function straightened(image: RasterImage, corners: Corners): RasterImage {
  try {
    assertCorners(corners);
  } catch (cause) {
    if (!(cause instanceof PreprocessError)) throw cause;
    throw invalid('corners', 'four corners clockwise from the document’s own top left', cause.message, cause);
  }
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const length = (a: Corners[0], b: Corners[0]) => Math.hypot(b.x - a.x, b.y - a.y);
  const width = Math.max(length(topLeft, topRight), length(bottomLeft, bottomRight));
  const height = Math.max(length(topLeft, bottomLeft), length(topRight, bottomRight));
  const scale = Math.min(1, largestSide / Math.max(width, height));
  const side = (size: number) => Math.max(1, Math.round(size * scale));
  return warpPerspective(image, corners, side(width), side(height));
}

function invalid(argument: string, expected: string, received: string, cause?: unknown): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', { argument, expected, received }, { cause });
}
