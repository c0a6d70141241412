/** An embedder in Node: sharp decodes, `@docclf/preprocess` makes the tensor, onnxruntime-node runs the model. */
import {
  createEmbedder,
  DocclfError,
  type Embedder,
  type EmbedOptions,
  type ImageLimits,
  type PreparedImage,
} from '@docclf/core';
import { imageLimits } from '@docclf/core/implementer';
import { manifestUrl } from '@docclf/model';
import { goldenImage, measureQuality, type RasterImage, toTensor } from '@docclf/preprocess';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { decode } from './decode.ts';
import { loadModel } from './model.ts';
import { hashOfSource, type ImageSource, readSource } from './source.ts';
import { turnOffTelemetry } from './telemetry.ts';

/** Long side of a kept thumbnail in pixels: enough to recognise a document and to embed it again. */
const thumbnailSide = 256;

export interface NodeEmbedderOptions extends Partial<ImageLimits> {
  /** Path or `file:` URL of a model manifest. Default: the model of `@docclf/model`. */
  readonly model?: string | URL | undefined;
  /** Threads of one run of the network. Default 1: images run beside each other instead. */
  readonly threads?: number | undefined;
}

/**
 * Loads a model, verifies its hash and tests it against its golden vector.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, MODEL_SELF_TEST_FAILED, RUNTIME_FAILED
 */
export async function createNodeEmbedder(options: NodeEmbedderOptions = {}): Promise<Embedder<ImageSource>> {
  const { manifest, bytes, cohort } = await loadModel(options.model ?? manifestUrl);
  const limits = imageLimits(options);
  const { width, height } = manifest.input;
  const { mean, std } = manifest.preprocessing;
  const spec = { width, height, mean, std };

  async function prepare(
    source: ImageSource,
    { signal, asReference, quality = true, thumbnail }: EmbedOptions,
  ): Promise<PreparedImage> {
    const read = await readSource(source, limits.maximumBytes, signal);
    const decoded = await decode(read, Math.max(width, height), limits, signal);
    return {
      views: [{ found: 'whole', tensor: toTensor(decoded.image, spec) }],
      width: decoded.width,
      height: decoded.height,
      ...(asReference && {
        sourceHash: hashOfSource(read),
        ...(quality && {
          quality: { ...measureQuality(decoded.image), width: decoded.width, height: decoded.height },
        }),
      }),
      ...(thumbnail && { thumbnail: await makeThumbnail(decoded.image) }),
    };
  }

  await turnOffTelemetry();
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      // Warnings go to the process's stderr, where a command line's user would take them for ours.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new DocclfError('RUNTIME_FAILED', { operation: `load the model ${manifest.id}` }, { cause });
  }
  const embedder = createEmbedder({
    manifest,
    cohort,
    session,
    Tensor,
    prepare,
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

async function makeThumbnail({ data, width, height, channels }: RasterImage): Promise<Uint8Array> {
  const jpeg = await sharp(data, { raw: { width, height, channels } })
    .resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  return new Uint8Array(jpeg);
}
