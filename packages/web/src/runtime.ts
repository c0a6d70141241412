/** An embedder in the browser: which device, which thread, and what became of the wish. */
import { DocclfError, type Embedder, type EmbedOptions, type ImageLimits } from '@docclf/core';
import {
  abortSignal,
  assertImageList,
  callback,
  checkOptions,
  createLifetime,
  describe,
  embedEach,
  embedOptions,
  flag,
  imageLimitOptions,
  imageLimits,
  isObject,
  type OptionKind,
  type OptionTable,
  positiveWhole,
  threadCount,
  throwIfAborted,
} from '@docclf/core/implementer';
import { listOfReaders, type PageReader } from '@docclf/core/readers';
import { decodedSide } from '@docclf/locate';
import { cohortUrl, localiserManifestUrl, localiserUrl, manifestUrl, modelUrl } from '@docclf/model';
import type { LoadProgress } from './download.ts';
import { tryFrames } from './frame.ts';
import type { LocaliserUrls, ModelUrls } from './model.ts';
import { withPage } from './read-page.ts';
import { buildAt, type RuntimeBuild, wasm } from './runtime-build.ts';
import {
  type Device,
  type OpenedEmbedder,
  openSession,
  type SessionFacts,
  type SessionSettings,
  type WasmPaths,
} from './session.ts';
import { type CapturedSource, captureSources, type ImageSource, release } from './source.ts';
import { openInWorker } from './worker-client.ts';

export interface WebEmbedderOptions extends Partial<ImageLimits> {
  /**
   * What reads files that browsers do not, by their first bytes: PDFs (`@docclf/pdf`), HEIC (`@docclf/heic`); of a PDF the first
   * page. They stay yours to close. Default: none.
   */
  readonly readers?: readonly PageReader[] | undefined;
  /**
   * URL of a model manifest, whose files lie beside it, or the URL of each where a bundler renamed them.
   * Default: the model of `@docclf/model`.
   */
  readonly model?:
    | string
    | URL
    | {
        readonly manifest: string | URL;
        readonly onnx: string | URL;
        readonly cohort?: string | URL | undefined;
      }
    | undefined;
  /**
   * The localiser, which finds the documents in pictures: as `model`, or false to take every picture as it is. Default: the
   * localiser of `@docclf/model`.
   */
  readonly localiser?:
    | string
    | URL
    | { readonly manifest: string | URL; readonly onnx: string | URL }
    | false
    | undefined;
  /**
   * Default `'wasm'`. `webgpu` of `@docclf/web/webgpu` falls back to it, and `status()` says why. With
   * `runtimeUrl` of a build for graphics processors: `'webgpu'`.
   */
  readonly device?: Device | RuntimeBuild | undefined;
  /** Threads of one run of the network. Default 1; more need a cross-origin isolated page and the worker. */
  readonly threads?: number | undefined;
  /** Default true: decode and run in a worker, so that the page stays smooth. False: on the calling thread. */
  readonly worker?: boolean | undefined;
  /** Keep the model in the Cache API, so that a later visit works offline. Default false: nothing is stored. */
  readonly cache?: boolean | undefined;
  /** Where ONNX Runtime finds its `.wasm` file. Default: where the bundler put it, or beside the runtime. */
  readonly wasmPaths?: WasmPaths | undefined;
  /**
   * URL of the ONNX Runtime module, for a page without a bundler: a worker knows no import map. Default: the
   * `onnxruntime-web` that the bundler found.
   */
  readonly runtimeUrl?: string | URL | undefined;
  /** Called while the model and the runtime are fetched. What it throws is reported as a listener's error is, and stops nothing. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Gives up loading. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a download is given up. Default 30,000. */
  readonly stallTimeout?: number | undefined;
}

const anUrl: OptionKind = { expected: 'a URL', accepts: isUrl };

/** The URL of a manifest, or of each file. */
const files = (required: readonly string[], optional: readonly string[] = []): OptionKind => ({
  expected: `a URL, or those of ${[...required, ...optional].join(', ')}`,
  accepts: (value) =>
    isUrl(value) ||
    (isObject(value) &&
      !Array.isArray(value) &&
      Object.entries(value).every(([name, url]) =>
        required.includes(name) ? isUrl(url) : optional.includes(name) && (url === undefined || isUrl(url)),
      ) &&
      required.every((name) => name in value)),
});

const localiserFiles = files(['manifest', 'onnx']);
const devices: readonly unknown[] = ['wasm', 'webgpu'] satisfies Device[];

export const embedderOptions: OptionTable<WebEmbedderOptions> = {
  ...imageLimitOptions,
  readers: listOfReaders,
  model: files(['manifest', 'onnx'], ['cohort']),
  localiser: {
    expected: `${localiserFiles.expected}, or false`,
    accepts: (value) => value === false || localiserFiles.accepts(value),
  },
  device: {
    expected: "'wasm', webgpu of '@docclf/web/webgpu', or 'webgpu' with a runtimeUrl",
    accepts: (value) => devices.includes(value) || (isObject(value) && isBuild(value as RuntimeBuild)),
  },
  threads: threadCount,
  worker: flag,
  cache: flag,
  wasmPaths: files([], ['mjs', 'wasm']),
  runtimeUrl: anUrl,
  onProgress: callback,
  signal: abortSignal,
  stallTimeout: positiveWhole,
};

export interface EmbedderStatus extends SessionFacts {
  /** What the network runs on. */
  readonly device: Device;
  /** Why it is not the device that was asked for. */
  readonly fallbackReason: string | undefined;
  /** Whether a worker does the work. */
  readonly worker: boolean;
}

export interface WebEmbedder extends Embedder<ImageSource> {
  status(): EmbedderStatus;
}

/**
 * Loads a model, verifies its hash and tests it against its golden vector.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, MODEL_SELF_TEST_FAILED, PIXELS_ALTERED,
 * RUNTIME_FAILED, INVALID_ARGUMENT, ABORTED
 */
export async function createWebEmbedder(given?: WebEmbedderOptions): Promise<WebEmbedder> {
  const options = checkOptions('createWebEmbedder', given, embedderOptions);
  const build = buildFor(options);
  await tryFrames();
  let fallbackReason = build.device === 'webgpu' ? await whyNoGpu() : undefined;
  if (build.device === 'webgpu' && fallbackReason === undefined) {
    try {
      return await createOn(build, undefined, options);
    } catch (error) {
      const isDevice =
        DocclfError.is(error, 'RUNTIME_FAILED') || DocclfError.is(error, 'MODEL_SELF_TEST_FAILED');
      if (!isDevice) throw error;
      fallbackReason = `${error.message} ${error.cause ?? ''}`.trim();
    }
  }
  return createOn(buildFor({ ...options, device: 'wasm' }), fallbackReason, options);
}

async function createOn(
  build: RuntimeBuild,
  fallbackReason: string | undefined,
  options: WebEmbedderOptions,
): Promise<WebEmbedder> {
  const { worker = true, signal } = options;
  const onProgress = (progress: LoadProgress) => {
    try {
      options.onProgress?.(progress);
    } catch (error) {
      reportError(error);
    }
  };
  const { device } = build;
  const settings = settingsOf(device, options);
  const { embedder, facts } = worker
    ? await openInWorker(build.startWorker(), settings, { onProgress, signal })
    : await openSession(() => build.load(), settings, { onProgress, signal, ownsThread: false });
  return withImageSources({ embedder, facts }, { ...facts, device, fallbackReason, worker }, options);
}

function withImageSources(
  { embedder }: OpenedEmbedder,
  status: EmbedderStatus,
  { readers = [], localiser, ...options }: WebEmbedderOptions,
): WebEmbedder {
  const limits = imageLimits(options);

  async function withCaptured<Result>(
    sources: readonly ImageSource[],
    { signal, locate = 'auto' }: EmbedOptions,
    work: (captured: readonly CapturedSource[]) => Promise<Result>,
  ): Promise<Result> {
    throwIfAborted(signal, 'Embedding');
    const captured = await captureSources(sources);
    const paged = (source: CapturedSource) => {
      const place = source.corners ?? (localiser !== false && locate);
      const side = decodedSide(embedder.manifest.input, place);
      return withPage(source, { readers, limits, side, signal });
    };
    try {
      return await work(await Promise.all(captured.map(paged)));
    } finally {
      captured.forEach(release);
    }
  }

  // What is captured when `close` is called still gets its answer.
  const lifetime = createLifetime('embedder', embedder.close);
  return {
    manifest: embedder.manifest,
    cohort: embedder.cohort,
    embed: (sources, given) =>
      lifetime.run(async () => {
        assertImageList(sources);
        const options = checkOptions('embed', given, embedOptions);
        return withCaptured(sources, options, (captured) => embedder.embed(captured, options));
      }),
    embedAll: (source, given) =>
      lifetime.run(async () => {
        const options = checkOptions('embedAll', given, embedOptions);
        return withCaptured([source], options, ([captured]) => embedEach(embedder, captured!, options));
      }),
    selfTest: () => lifetime.run(embedder.selfTest),
    close: lifetime.close,
    status: () => status,
  };
}

function buildFor({ device = 'wasm', runtimeUrl }: WebEmbedderOptions): RuntimeBuild {
  const name = typeof device === 'string' ? device : device.device;
  if (runtimeUrl !== undefined) return buildAt(absolute(runtimeUrl), name);
  if (typeof device === 'object') return device;
  if (device === 'wasm') return wasm;
  const { expected } = embedderOptions.device;
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'device', expected, received: describe(device) });
}

function settingsOf(device: Device, options: WebEmbedderOptions): SessionSettings {
  return {
    device,
    model: modelUrls(options.model),
    localiser: localiserUrls(options.localiser),
    limits: imageLimits(options),
    // Its threads would load the chunk that the bundler put the runtime in, which may be the page's own code.
    threads: options.worker === false ? 1 : (options.threads ?? 1),
    cache: options.cache ?? false,
    wasmPaths: absoluteWasmPaths(options.wasmPaths),
    // A timer of more would go off at once.
    stallTimeout: Math.min(options.stallTimeout ?? 30_000, 2 ** 31 - 1),
    runtimeUrl: options.runtimeUrl === undefined ? undefined : absolute(options.runtimeUrl),
  };
}

function modelUrls(model: WebEmbedderOptions['model']): ModelUrls {
  if (model === undefined) {
    return { manifest: absolute(manifestUrl), onnx: absolute(modelUrl), cohort: absolute(cohortUrl) };
  }
  if (typeof model === 'string' || model instanceof URL) return { manifest: absolute(model) };
  return {
    manifest: absolute(model.manifest),
    onnx: absolute(model.onnx),
    ...(model.cohort !== undefined && { cohort: absolute(model.cohort) }),
  };
}

function localiserUrls(localiser: WebEmbedderOptions['localiser']): LocaliserUrls | undefined {
  if (localiser === false) return undefined;
  if (localiser === undefined)
    return { manifest: absolute(localiserManifestUrl), onnx: absolute(localiserUrl) };
  if (typeof localiser === 'string' || localiser instanceof URL) return { manifest: absolute(localiser) };
  return { manifest: absolute(localiser.manifest), onnx: absolute(localiser.onnx) };
}

function absoluteWasmPaths(paths: WasmPaths | undefined): WasmPaths | undefined {
  if (paths === undefined) return undefined;
  if (typeof paths === 'string') return absolute(paths);
  return {
    ...(paths.mjs !== undefined && { mjs: absolute(paths.mjs) }),
    ...(paths.wasm !== undefined && { wasm: absolute(paths.wasm) }),
  };
}

/** Against the page: a worker would resolve it against its own script. */
function absolute(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

function isBuild({ device, startWorker, load }: RuntimeBuild): boolean {
  return devices.includes(device) && typeof startWorker === 'function' && typeof load === 'function';
}

function isUrl(value: unknown): value is string | URL {
  if (typeof value !== 'string' && !(value instanceof URL)) return false;
  try {
    absolute(value);
    return true;
  } catch {
    return false;
  }
}

async function whyNoGpu(): Promise<string | undefined> {
  const { gpu } = globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  if (gpu === undefined) return 'This browser has no WebGPU, or the page is not served by https:.';
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter ? undefined : 'WebGPU found no graphics processor that it may use.';
}
