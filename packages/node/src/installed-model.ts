/** Where the files of `@docclf/model` lie, also for a program that a bundler has made one file of. */
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cohortUrl, localiserManifestUrl, localiserUrl, manifestUrl, modelUrl } from '@docclf/model';

/** Where a network lies. */
export interface ModelPlace {
  readonly manifest: URL;
  /** Default: the manifest's `file`, beside the manifest. A bundler renames all. */
  readonly onnx?: URL | undefined;
  /** Default: the file of the manifest's `cohort`, beside the manifest. */
  readonly cohort?: URL | undefined;
}

export function installedEmbedder(): Promise<ModelPlace> {
  return find({ manifest: manifestUrl, onnx: modelUrl, cohort: cohortUrl }, 'manifest.json');
}

export function installedLocaliser(): Promise<ModelPlace> {
  return find({ manifest: localiserManifestUrl, onnx: localiserUrl }, 'localiser.json');
}

/**
 * As the package says, beside its own code. Where a bundler took the code and left the files: in the `node_modules` of the
 * program, which is there as long as the runtime's native part is.
 */
async function find(told: ModelPlace, manifest: string): Promise<ModelPlace> {
  const urls = Object.values(told) as readonly URL[];
  const there = await Promise.all(
    urls.map((url) =>
      access(url).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (there.every(Boolean)) return told;
  for (const program of [process.argv[1], join(process.cwd(), 'program.js')]) {
    const file = program && resolveFrom(program, `@docclf/model/${manifest}`);
    if (file) return { manifest: pathToFileURL(file) };
  }
  return told;
}

/** Directly, or as a dependency of `@docclf/node`, where packages see their own dependencies only. */
function resolveFrom(program: string, name: string): string | undefined {
  try {
    const require = createRequire(program);
    try {
      return require.resolve(name);
    } catch {
      return createRequire(require.resolve('@docclf/node/package.json')).resolve(name);
    }
  } catch {
    return undefined;
  }
}
