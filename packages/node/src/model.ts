/** A model from disk: its manifest checked, its bytes checked against the manifest's hash. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Cohort, DocclfError, type ModelManifest, parseManifest, readCohort } from '@docclf/core';
import { describe } from '@docclf/core/implementer';
import { type LocaliserManifest, parseLocaliserManifest } from '@docclf/locate';
import { manifestUrl as defaultManifestUrl, localiserManifestUrl } from '@docclf/model';

export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** Undefined when the manifest names none. */
  readonly cohort: Cohort | undefined;
}

/**
 * Reads a model by its manifest; without one, the model of `@docclf/model`.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH
 */
export async function loadModel(manifestFile: string | URL = defaultManifestUrl): Promise<LoadedModel> {
  const manifestUrl = urlOf(manifestFile);
  const manifest = parseManifest(parseJson(await read(manifestUrl)));
  const [bytes, strangers] = await Promise.all([
    readChecked(manifest, manifestUrl),
    manifest.cohort && readChecked(manifest.cohort, manifestUrl),
  ]);
  return { manifest, bytes, cohort: strangers && readCohort(strangers, manifest) };
}

export interface LoadedLocaliser {
  readonly manifest: LocaliserManifest;
  /** The ONNX file. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a localiser by its manifest; without one, the localiser of `@docclf/model`.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH
 */
export async function loadLocaliser(
  manifestFile: string | URL = localiserManifestUrl,
): Promise<LoadedLocaliser> {
  const url = urlOf(manifestFile);
  const card = parseJson(await read(url));
  let manifest: LocaliserManifest;
  try {
    manifest = parseLocaliserManifest(card);
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: [String((cause as Error).message)] }, { cause });
  }
  return { manifest, bytes: await readChecked(manifest, url) };
}

/** @throws INVALID_ARGUMENT */
function urlOf(manifestFile: string | URL): URL {
  if (typeof manifestFile === 'string') return pathToFileURL(manifestFile);
  if (manifestFile instanceof URL && manifestFile.protocol === 'file:') return manifestFile;
  const expected = 'a path or a file: URL of a manifest';
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'model',
    expected,
    received: describe(manifestFile),
  });
}

/** A file that the manifest names, if it is the one that the manifest means. */
async function readChecked(
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  manifestUrl: URL,
): Promise<Uint8Array> {
  const url = new URL(file, manifestUrl);
  const bytes = await read(url);
  const received = createHash('sha256').update(bytes).digest('hex');
  if (received === sha256) return bytes;
  throw new DocclfError('MODEL_HASH_MISMATCH', { file: fileURLToPath(url), expected: sha256, received });
}

async function read(url: URL): Promise<Buffer> {
  try {
    return await readFile(url);
  } catch (cause) {
    throw new DocclfError(
      'MODEL_NOT_FOUND',
      { file: url.protocol === 'file:' ? fileURLToPath(url) : url.href },
      { cause },
    );
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: ['it is not JSON'] }, { cause });
  }
}
