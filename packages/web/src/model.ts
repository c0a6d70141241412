/** A model by its URLs: its manifest checked, its bytes checked against the manifest's hashes. */
import { type Cohort, DocclfError, type ModelManifest, parseManifest, readCohort } from '@docclf/core';
import { joinBytes } from '@docclf/core/implementer';
import { sha256 } from './sha256.ts';

/** Where a model lies, as absolute URLs. */
export interface ModelUrls {
  readonly manifest: string;
  /** Default: the manifest's `file`, beside the manifest. A bundler renames all, so it must be told all. */
  readonly onnx?: string | undefined;
  /** Default: the file of the manifest's `cohort`, beside the manifest; not read when the manifest names none. */
  readonly cohort?: string | undefined;
}

/** Bytes of the network and the cohort together, from the network or the cache. */
export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** The ONNX file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Undefined when the manifest names none. */
  readonly cohort: Cohort | undefined;
  /** `cache` when all that the manifest names came from there. */
  readonly from: 'network' | 'cache';
}

/** Name in the Cache API; `caches.delete('docclf-models')` frees what was kept. */
const cacheName = 'docclf-models';

/** A file that the manifest names. */
interface NamedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

interface ReadFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: 'network' | 'cache';
}

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
  const { cohort } = manifest;
  const totalBytes = manifest.bytes + (cohort?.bytes ?? 0);
  let loadedBytes = 0;
  const onBytes = (count: number) => {
    loadedBytes += count;
    onProgress({ loadedBytes, totalBytes });
  };
  const read = (named: NamedFile, url = new URL(named.file, urls.manifest).href) =>
    readChecked(named, url, cache, onBytes);
  const [network, strangers] = await Promise.all([
    read(manifest, urls.onnx),
    cohort && read(cohort, urls.cohort),
  ]);
  return {
    manifest,
    bytes: network.bytes,
    cohort: strangers && readCohort(strangers.bytes, manifest),
    from: network.from === 'cache' && strangers?.from !== 'network' ? 'cache' : 'network',
  };
}

/** A file, if it is the one that the manifest means. */
async function readChecked(
  named: NamedFile,
  url: string,
  cache: Cache | undefined,
  onBytes: (count: number) => void,
): Promise<ReadFile> {
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sha256(bytes)) === named.sha256) {
      onBytes(bytes.length);
      return { bytes, from: 'cache' };
    }
  }
  const bytes = await readBytes(await get(url), url, onBytes);
  const received = await sha256(bytes);
  if (received !== named.sha256) {
    throw new DocclfError('MODEL_HASH_MISMATCH', { file: url, expected: named.sha256, received });
  }
  // Only what was verified is kept; without room it is fetched again the next time.
  await cache?.put(url, new Response(bytes)).catch(() => undefined);
  return { bytes, from: 'network' };
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
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = response.body?.getReader();
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
      chunks.push(step.value);
      length += step.value.length;
      onBytes(step.value.length);
    }
  } catch (cause) {
    throw new DocclfError('MODEL_NOT_FOUND', { file: url }, { cause });
  }
  return joinBytes(chunks, length);
}
