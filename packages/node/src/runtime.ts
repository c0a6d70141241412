/** An embedder in Node: sharp decodes, `@docclf/preprocess` makes the tensor, onnxruntime-node runs the model. */
import { createEmbedder, type Embedder, type EmbedOptions } from '@docclf/core';
import {
  anything,
  checkOptions,
  cornersRefused,
  type OptionTable,
  threadCount,
} from '@docclf/core/implementer';
import { encodeFeatures, extractFeatures } from '@docclf/features';
import {
  type ImageMeans,
  locateOf,
  type PrepareImageOptions,
  prepareImage,
  thumbnailSide,
} from '@docclf/locate';
import { prepareSeveral } from '@docclf/locate/all';
import { goldenImage, type RasterImage, toTensor } from '@docclf/preprocess';
import sharp from 'sharp';
import { decode } from './decode.ts';
import { decodeMeans, type ImageOptions, imageOptions } from './image-options.ts';
import { openLocaliser } from './localiser-session.ts';
import { loadModel } from './model.ts';
import { type OpenedSession, openSession } from './onnxruntime.ts';
import { hashOfPicture, type ImageSource, readSource } from './source.ts';

export interface NodeEmbedderOptions extends ImageOptions {
  /** Path or `file:` URL of a model manifest. Default: the model of `@docclf/model`. */
  readonly model?: string | URL | undefined;
  /**
   * Path or `file:` URL of a localiser's manifest, or false to take every picture as it is. Default: the localiser of
   * `@docclf/model`.
   */
  readonly localiser?: string | URL | false | undefined;
  /** Threads of one run of the network. Default 1: images run beside each other instead. */
  readonly threads?: number | undefined;
}

export const embedderOptions: OptionTable<NodeEmbedderOptions> = {
  ...imageOptions,
  model: anything,
  localiser: anything,
  threads: threadCount,
};

/**
 * Loads a model, verifies its hash and tests it against its golden vector.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, MODEL_SELF_TEST_FAILED, RUNTIME_FAILED, INVALID_ARGUMENT
 */
export async function createNodeEmbedder(given?: NodeEmbedderOptions): Promise<Embedder<ImageSource>> {
  const options = checkOptions('createNodeEmbedder', given, embedderOptions);
  const { threads = 1 } = options;
  const { manifest, bytes, cohort } = await loadModel(options.model);
  const decoders = decodeMeans(options);
  const { width, height } = manifest.input;
  const { mean, std } = manifest.preprocessing;
  const spec = { width, height, mean, std };
  const { localiser } = options;
  const opened = localiser === false ? undefined : await openLocaliser({ localiser, threads });

  /** By a function of `@docclf/locate`, which is asked once the source is read. */
  const prepareBy =
    <Prepared>(prepareIt: (means: ImageMeans, options: PrepareImageOptions) => Promise<Prepared>) =>
    async (source: ImageSource, options: EmbedOptions): Promise<Prepared> => {
      const { signal } = options;
      const read = await readSource(source, decoders.limits.maximumBytes, signal);
      const locate = locateOf(options.locate, read.corners, opened?.localiser);
      const means = {
        decode: (side: number) => decode(read, side, decoders, signal),
        hash: () => hashOfPicture(read),
        encodeThumbnail,
        featuresOf,
      };
      const asked = { ...options, spec, locate, localiser: opened?.localiser };
      return prepareIt(means, asked).catch((cause: unknown) => {
        throw cornersRefused(cause);
      });
    };

  let runtime: OpenedSession;
  try {
    runtime = await openSession(bytes, threads, `the model ${manifest.id}`);
  } catch (error) {
    await opened?.release();
    throw error;
  }
  const { session, Tensor } = runtime;
  const embedder = createEmbedder({
    manifest,
    cohort,
    session: {
      run: (feeds) => session.run(feeds as Parameters<typeof session.run>[0]),
      release: async () => {
        await session.release();
        await opened?.release();
      },
    },
    Tensor,
    prepare: prepareBy(prepareImage),
    prepareAll: prepareBy(prepareSeveral),
    goldenTensor: toTensor(goldenImage(), spec),
  });
  try {
    await embedder.selfTest();
    return embedder;
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

const featuresOf: ImageMeans['featuresOf'] = (picture, within) =>
  encodeFeatures(extractFeatures(picture, { within }));

async function encodeThumbnail({ data, width, height, channels }: RasterImage): Promise<Uint8Array> {
  const jpeg = await sharp(data, { raw: { width, height, channels } })
    .resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  return new Uint8Array(jpeg);
}
