/** A model by its URLs: its manifest checked, its bytes checked against the manifest's hash. */
import { DocclfError, type ModelManifest, parseManifest } from '@docclf/core';
import { sha256 } from './sha256.ts';
import { joinBytes } from './source.ts';

/** Where a model lies, as absolute URLs. */
export interface ModelUrls {
  readonly manifest: string;
  /** Default: the manifest's `file`, beside the manifest. A bundler renames both, so it must be told both. */
  readonly onnx?: string | undefined;
}

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** The ONNX file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: 'network' | 'cache';
}

/** Name in the Cache API; `caches.delete('docclf-models')` frees what was kept. */
const cacheName = 'docclf-models';

/**
 * Fetches a model, or takes it from the cache when `useCache` is set and it is there.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH
 */
export async function loadModel(
  urls: ModelUrls,
  useCache: boolean,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadedModel> {
  const cache = useCache ? await openCache() : undefined;
  const manifest = parseManifest(await loadManifest(urls.manifest, cache));
  const url = urls.onnx ?? new URL(manifest.file, urls.manifest).href;
  const totalBytes = manifest.bytes;
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sha256(bytes)) === manifest.sha256) {
      onProgress({ loadedBytes: totalBytes, totalBytes });
      return { manifest, bytes, from: 'cache' };
    }
  }
  const bytes = await readBytes(await get(url), url, totalBytes, onProgress);
  const received = await sha256(bytes);
  if (received !== manifest.sha256) {
    throw new DocclfError('MODEL_HASH_MISMATCH', { file: url, expected: manifest.sha256, received });
  }
  // Only what was verified is kept; without room it is fetched again the next time.
  await cache?.put(url, new Response(bytes)).catch(() => undefined);
  return { manifest, bytes, from: 'network' };
}

/** Undefined where the browser has none: in a page without https:, in some private windows. */
async function openCache(): Promise<Cache | undefined> {
  return globalThis.caches?.open(cacheName).catch(() => undefined);
}

/** From the network first, so that a new model is noticed; the kept one serves while offline. */
async function loadManifest(url: string, cache: Cache | undefined): Promise<unknown> {
  let response: Response;
  try {
    response = await get(url);
    // Some URLs (data:) cannot be keys.
    await cache?.put(url, response.clone()).catch(() => undefined);
  } catch (error) {
    const kept = await cache?.match(url);
    if (kept === undefined) throw error;
    response = kept;
  }
  try {
    return await response.json();
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: ['it is not JSON'] }, { cause });
  }
}

async function get(url: string): Promise<Response> {
  let cause: unknown;
  try {
    const response = await fetch(url);
    if (response.ok) return response;
    cause = new Error(`HTTP status ${response.status}`);
    await response.body?.cancel();
  } catch (error) {
    cause = error;
  }
  throw new DocclfError('MODEL_NOT_FOUND', { file: url }, { cause });
}

async function readBytes(
  response: Response,
  url: string,
  totalBytes: number,
  onProgress: (progress: LoadProgress) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let loadedBytes = 0;
  try {
    const reader = response.body?.getReader();
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
      chunks.push(step.value);
      loadedBytes += step.value.length;
      onProgress({ loadedBytes, totalBytes });
    }
  } catch (cause) {
    throw new DocclfError('MODEL_NOT_FOUND', { file: url }, { cause });
  }
  return joinBytes(chunks, loadedBytes);
}
