/** A model by its URLs: its manifest checked, its bytes checked against the manifest's hashes. */
import {
  type Bytes,
  type Cohort,
  DocclfError,
  type ModelManifest,
  parseManifest,
  readCohort,
} from '@docclf/core';
import { assertFilesBeside, joinBytes } from '@docclf/core/implementer';
import { type LocaliserManifest, parseLocaliserManifest } from '@docclf/locate';
import type { Downloads } from './download.ts';
import { sha256 } from './sha256.ts';

/** Where a model lies, as absolute URLs. */
export interface ModelUrls {
  readonly manifest: string;
  /** Default: the manifest's `file`, beside the manifest. A bundler renames all, so it must be told all. */
  readonly onnx?: string | undefined;
  /** Default: the file of the manifest's `cohort`, beside the manifest; not read when the manifest names none. */
  readonly cohort?: string | undefined;
}

export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** The ONNX file. */
  readonly bytes: Bytes;
  /** Undefined when the manifest names none. */
  readonly cohort: Cohort | undefined;
  /** `cache` when all that the manifest names came from there. */
  readonly from: 'network' | 'cache';
}

/** Bytes; the largest known has a hundredth of it. */
const longestManifest = 2 ** 24;

/** Name in the Cache API; `caches.delete('docclf-models')` frees what was kept. */
const cacheName = 'docclf-models';

/** A file that the manifest names. */
interface NamedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

interface ReadFile {
  readonly bytes: Bytes;
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
  downloads: Downloads,
): Promise<LoadedModel> {
  const cache = useCache ? await openCache() : undefined;
  const manifest = parseManifest(await loadManifest(urls.manifest, cache, downloads));
  const { cohort } = manifest;
  assertFilesBeside(manifest.file, cohort?.file);
  const read = (named: NamedFile, url = new URL(named.file, urls.manifest).href) => {
    downloads.expect(url, named.bytes);
    return readChecked(named, url, cache, downloads);
  };
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

/** Where a localiser lies, as absolute URLs. */
export type LocaliserUrls = Pick<ModelUrls, 'manifest' | 'onnx'>;

export interface LoadedLocaliser {
  readonly manifest: LocaliserManifest;
  /** The ONNX file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * As `loadModel`.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH
 */
export async function loadLocaliser(
  urls: LocaliserUrls,
  useCache: boolean,
  downloads: Downloads,
): Promise<LoadedLocaliser> {
  const cache = useCache ? await openCache() : undefined;
  const card = await loadManifest(urls.manifest, cache, downloads);
  let manifest: LocaliserManifest;
  try {
    manifest = parseLocaliserManifest(card);
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: [(cause as Error).message] }, { cause });
  }
  assertFilesBeside(manifest.file);
  const url = urls.onnx ?? new URL(manifest.file, urls.manifest).href;
  downloads.expect(url, manifest.bytes);
  return { manifest, bytes: (await readChecked(manifest, url, cache, downloads)).bytes };
}

/** A file, if it is the one that the manifest means. */
async function readChecked(
  named: NamedFile,
  url: string,
  cache: Cache | undefined,
  downloads: Downloads,
): Promise<ReadFile> {
  const kept = await cache?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sha256(bytes)) === named.sha256) {
      downloads.count(url, bytes.length);
      return { bytes, from: 'cache' };
    }
  }
  const bytes = await readBytes(await get(url, downloads), url, named.bytes);
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
async function loadManifest(url: string, cache: Cache | undefined, downloads: Downloads): Promise<unknown> {
  const inlined = /^data:([^,]*),(.*)$/s.exec(url);
  if (inlined) return parseJson(() => inlinedText(inlined[1]!, inlined[2]!));
  let response: Response;
  try {
    response = await get(url, downloads);
    // Some URLs (data:) cannot be keys.
    await cache?.put(url, response.clone()).catch(() => undefined);
  } catch (error) {
    const kept = await cache?.match(url);
    if (kept === undefined) throw error;
    response = kept;
  }
  const bytes = await readBytes(response, url, longestManifest);
  return parseJson(() => new TextDecoder().decode(bytes));
}

/** Bundlers put a small file into the code, as a URL that a page's policy may not let it fetch. */
function inlinedText(type: string, data: string): string {
  if (!/;base64$/i.test(type)) return decodeURIComponent(data);
  return new TextDecoder().decode(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
}

function parseJson(read: () => string): unknown {
  try {
    return JSON.parse(read());
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: ['it is not JSON'] }, { cause });
  }
}

async function get(url: string, downloads: Downloads): Promise<Response> {
  let cause: unknown;
  try {
    const response = await downloads.fetch(url, url);
    if (response.ok) return response;
    cause = new Error(`HTTP status ${response.status}`);
    await response.body?.cancel();
  } catch (error) {
    cause = error;
  }
  throw new DocclfError('MODEL_NOT_FOUND', { file: url }, { cause });
}

/** No more than one byte beyond `most`: who reads on tells that it is not what was announced. */
async function readBytes(response: Response, url: string, most: number): Promise<Bytes> {
  try {
    // Piece by piece: `arrayBuffer` keeps to itself why a download was given up.
    const chunks: Uint8Array[] = [];
    const reader = response.body?.getReader();
    let length = 0;
    for (let step = await reader?.read(); step?.value; step = await reader?.read()) {
      chunks.push(step.value);
      length += step.value.length;
      if (length > most) await reader?.cancel();
    }
    return joinBytes(chunks);
  } catch (cause) {
    throw new DocclfError('MODEL_NOT_FOUND', { file: url }, { cause });
  }
}
