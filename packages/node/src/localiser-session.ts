/** The localiser of `@docclf/locate` over a session of onnxruntime-node. */
import { runtimeFailed } from '@docclf/core/implementer';
import { createLocaliser, type Localiser } from '@docclf/locate';
import { loadLocaliser } from './model.ts';
import { openSession } from './onnxruntime.ts';

export interface OpenedLocaliser {
  readonly localiser: Localiser;
  /** Only once nothing runs any more. */
  release(): Promise<void>;
}

/**
 * Loads a localiser, verifies its hash and tests it against its golden logits.
 *
 * @throws MODEL_NOT_FOUND, MANIFEST_INVALID, MODEL_HASH_MISMATCH, RUNTIME_FAILED
 */
export async function openLocaliser({
  localiser: manifestFile,
  threads = 1,
}: {
  readonly localiser?: string | URL | undefined;
  readonly threads?: number | undefined;
}): Promise<OpenedLocaliser> {
  const { manifest, bytes } = await loadLocaliser(manifestFile);
  const { input, outputs } = manifest;
  const { session, Tensor } = await openSession(bytes, threads, `the localiser ${manifest.id}`);
  const localiser = createLocaliser({
    manifest,
    async run(values, count) {
      const feeds = { [input.name]: new Tensor('float32', values, [count, 3, input.side, input.side]) };
      const answer = await session.run(feeds).catch(runtimeFailed('run the localiser'));
      const valuesOf = (name: string) => answer[name]!.data as Float32Array;
      return { maps: valuesOf(outputs.maps), confidence: valuesOf(outputs.confidence) };
    },
  });
  const release = () => session.release();
  try {
    await localiser.selfTest().catch(runtimeFailed(`reproduce the golden logits of ${manifest.id}`));
  } catch (error) {
    await release();
    throw error;
  }
  return { localiser, release };
}
