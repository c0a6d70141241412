/** A model from disk: its manifest checked, its bytes checked against the manifest's hash. */
import { createHash } from 'node:crypto';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Cohort, DocclfError, type ModelManifest, parseManifest, readCohort } from '@docclf/core';
import { assertFilesBeside, describe } from '@docclf/core/implementer';
import { type LocaliserManifest, parseLocaliserManifest } from '@docclf/locate';
import { installedEmbedder, installedLocaliser, type ModelPlace } from './installed-model.ts';
import { readRegular } from './regular-file.ts';

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
export async function loadModel(manifestFile?: string | URL | undefined): Promise<LoadedModel> {
  const { place, reader } = await placeOf(manifestFile, installedEmbedder);
  const manifest = parseManifest(parseJson(await reader(place.manifest)));
  assertFilesBeside(manifest.file, manifest.cohort?.file);
  const [bytes, strangers] = await Promise.all([
    readChecked(manifest, place.onnx ?? new URL(manifest.file, place.manifest), reader),
    manifest.cohort &&
      readChecked(manifest.cohort, place.cohort ?? new URL(manifest.cohort.file, place.manifest), reader),
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
export async function loadLocaliser(manifestFile?: string | URL | undefined): Promise<LoadedLocaliser> {
  const { place, reader } = await placeOf(manifestFile, installedLocaliser);
  const card = parseJson(await reader(place.manifest));
  let manifest: LocaliserManifest;
  try {
    manifest = parseLocaliserManifest(card);
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: [String((cause as Error).message)] }, { cause });
  }
  assertFilesBeside(manifest.file);
  const onnx = place.onnx ?? new URL(manifest.file, place.manifest);
  return { manifest, bytes: await readChecked(manifest, onnx, reader) };
}

type Reader = (url: URL) => Promise<Buffer>;

/** A model that is given, or the one that is installed; only of that is it known that a bundler may have left it behind. */
async function placeOf(
  manifestFile: string | URL | undefined,
  installed: () => Promise<ModelPlace>,
): Promise<{ readonly place: ModelPlace; readonly reader: Reader }> {
  if (manifestFile === undefined) {
    return { place: await installed(), reader: (url) => read(url, true) };
  }
  return { place: { manifest: urlOf(manifestFile) }, reader: (url) => read(url, false) };
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
  { sha256 }: { readonly sha256: string },
  url: URL,
  reader: Reader,
): Promise<Uint8Array> {
  const bytes = await reader(url);
  const received = createHash('sha256').update(bytes).digest('hex');
  if (received === sha256) return bytes;
  throw new DocclfError('MODEL_HASH_MISMATCH', { file: nameOf(url), expected: sha256, received });
}

async function read(url: URL, installed: boolean): Promise<Buffer> {
  try {
    return await readRegular(url);
  } catch (cause) {
    throw new DocclfError(
      'MODEL_NOT_FOUND',
      { file: nameOf(url), ...(installed && { installed }) },
      { cause },
    );
  }
}

function nameOf(url: URL): string {
  return url.protocol === 'file:' ? fileURLToPath(url) : url.href;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DocclfError('MANIFEST_INVALID', { problems: ['it is not JSON'] }, { cause });
  }
}
