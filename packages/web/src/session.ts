/** An embedder on the thread that calls it: the browser decodes, `@docclf/preprocess` makes the tensor, ONNX Runtime runs. */
import {
  createEmbedder,
  DocclfError,
  type Embedder,
  type EmbedOptions,
  type ImageLimits,
} from '@docclf/core';
import { cornersRefused, throwIfAborted } from '@docclf/core/implementer';
import { encodeFeatures, extractFeatures } from '@docclf/features';
import {
  type ImageMeans,
  type Localiser,
  locateOf,
  type PrepareImageOptions,
  prepareImage,
  thumbnailSide,
} from '@docclf/locate';
import { prepareSeveral } from '@docclf/locate/all';
import { goldenImage, type RasterImage, resize, type TensorSpec, toTensor } from '@docclf/preprocess';
import type { InferenceSession } from 'onnxruntime-web/wasm';
import { decode } from './decode.ts';
import { createDownloads, type LoadProgress } from './download.ts';
import { openLocaliser } from './localiser.ts';
import { type LocaliserUrls, loadLocaliser, loadModel, type ModelUrls } from './model.ts';
import { oneRunAtATime } from './one-run.ts';
import { sha256 } from './sha256.ts';
import { type CapturedSource, type ReadSource, readSource } from './source.ts';
import { startRuntime } from './start-runtime.ts';
import { assertTruePixels } from './true-pixels.ts';

export type Device = 'wasm' | 'webgpu';

/** Where ONNX Runtime finds its WebAssembly: a folder, or the URL of each file. */
export type WasmPaths = string | { readonly mjs?: string; readonly wasm?: string };

/** All that an embedder needs to know; a worker can be sent it. URLs are absolute. */
export interface SessionSettings {
  readonly model: ModelUrls;
  /** None: pictures are taken as they are. */
  readonly localiser: LocaliserUrls | undefined;
  readonly limits: ImageLimits;
  readonly device: Device;
  readonly threads: number;
  readonly cache: boolean;
  readonly wasmPaths: WasmPaths | undefined;
  /** The ONNX Runtime module, for a worker that nobody bundled. */
  readonly runtimeUrl: string | undefined;
  readonly stallTimeout: number;
}

/** How it is opened, which does not cross to a worker. */
export interface Opening {
  readonly onProgress: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** See `startRuntime`. */
  readonly ownsThread: boolean;
}

/** What became of the settings. */
export interface SessionFacts {
  readonly threads: number;
  readonly modelFrom: 'network' | 'cache';
  /** Of the self-test's vector with the recorded one. */
  readonly selfTestCosine: number;
}

export interface OpenedEmbedder {
  readonly embedder: Embedder<CapturedSource>;
  readonly facts: SessionFacts;
}

/** `onnxruntime-web/wasm`, `onnxruntime-web/webgpu` and the like. */
export type OrtModule = Pick<typeof import('onnxruntime-web/wasm'), 'env' | 'InferenceSession' | 'Tensor'>;

/**
 * Loads a model, verifies its hash and tests it against its golden vector, and the browser's decoder by a known
 * picture.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, MODEL_SELF_TEST_FAILED, PIXELS_ALTERED,
 * RUNTIME_FAILED, ABORTED
 */
export async function openSession(
  loadRuntime: () => Promise<OrtModule>,
  settings: SessionSettings,
  { onProgress, signal, ownsThread }: Opening,
): Promise<OpenedEmbedder> {
  const { limits, device } = settings;
  // Threads share memory, which browsers allow to isolated pages only.
  const threads = globalThis.crossOriginIsolated ? settings.threads : 1;
  const downloads = createDownloads({ onProgress, signal, stallTimeout: settings.stallTimeout });
  const configure = ({ env }: OrtModule) => {
    // Every embedder's threads are the runtime's one setting, which is read when the first session is made.
    env.wasm.numThreads = threads;
    if (settings.wasmPaths !== undefined) env.wasm.wasmPaths = settings.wasmPaths;
  };
  const { cache } = settings;
  const [ort, { manifest, bytes, cohort, from }, localiserFiles] = await Promise.all([
    startRuntime(loadRuntime, device, configure, downloads, ownsThread),
    loadModel(settings.model, cache, downloads),
    settings.localiser && loadLocaliser(settings.localiser, cache, downloads),
    assertTruePixels(),
  ]).catch((error: unknown) => {
    throwIfAborted(signal, 'Loading');
    throw error;
  });
  const { width, height } = manifest.input;
  const { mean, std } = manifest.preprocessing;
  const spec = { width, height, mean, std };

  const opened = localiserFiles && (await openLocaliser(ort, localiserFiles));

  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      // Warnings would go to the page's console, where they help nobody who uses this.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    await opened?.release();
    throw new DocclfError('RUNTIME_FAILED', { operation: `load the model ${manifest.id}` }, { cause });
  }
  const { run, release } = oneRunAtATime(session);
  const prepareBy = createPrepare(limits, spec, opened?.localiser);
  const embedder = createEmbedder({
    manifest,
    cohort,
    session: {
      run,
      release: async () => {
        await release();
        await opened?.release();
      },
    },
    Tensor: ort.Tensor,
    prepare: prepareBy(prepareImage),
    prepareAll: prepareBy(prepareSeveral),
    goldenTensor: toTensor(goldenImage(), spec),
  });
  try {
    const { cosine } = await embedder.selfTest();
    return { embedder, facts: { threads, modelFrom: from, selfTestCosine: cosine } };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

/** By a function of `@docclf/locate`, which is asked once the source is read. */
function createPrepare(limits: ImageLimits, spec: TensorSpec, localiser: Localiser | undefined) {
  return <Prepared>(prepareIt: (means: ImageMeans, options: PrepareImageOptions) => Promise<Prepared>) =>
    async (source: CapturedSource, options: EmbedOptions): Promise<Prepared> => {
      const { signal } = options;
      const read = await readSource(source, limits.maximumBytes, signal);
      const locate = locateOf(options.locate, source.corners, localiser);
      // What tells a picture without bytes from others is the hash of all its pixels.
      const isHashedWhole = options.asReference === true && read.kind !== 'bytes' && read.kind !== 'page';
      const means = {
        decode: (side: number) =>
          decode(read, isHashedWhole ? Number.POSITIVE_INFINITY : side, limits, signal),
        hash: (image: RasterImage) => hashOfPicture(read, image),
        encodeThumbnail,
        featuresOf,
      };
      return prepareIt(means, { ...options, spec, locate, localiser }).catch((cause: unknown) => {
        throw cornersRefused(cause);
      });
    };
}

/** SHA-256 of the encoded bytes, as in every runtime; of size and pixels where there were no bytes. */
async function hashOfPicture(source: ReadSource, image: RasterImage): Promise<string> {
  if (source.kind === 'bytes' || source.kind === 'page') return sha256(source.bytes);
  const { data, width, height, channels } = source.kind === 'pixels' ? source.image : image;
  const size = new TextEncoder().encode(`${width}x${height}x${channels}:`);
  const bytes = new Uint8Array(size.length + data.length);
  bytes.set(size);
  bytes.set(data, size.length);
  return sha256(bytes);
}

const featuresOf: ImageMeans['featuresOf'] = (picture, within) =>
  encodeFeatures(extractFeatures(picture, { within }));

async function encodeThumbnail(image: RasterImage): Promise<Uint8Array> {
  const scale = Math.min(1, thumbnailSide / Math.max(image.width, image.height));
  const side = (size: number) => Math.max(1, Math.round(size * scale));
  const { data, width, height } = resize(image, side(image.width), side(image.height));
  const picture = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) picture.data[pixel * 4 + c] = data[pixel * 3 + c]!;
    picture.data[pixel * 4 + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(picture, 0, 0);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.82 });
  return new Uint8Array(await jpeg.arrayBuffer());
}
