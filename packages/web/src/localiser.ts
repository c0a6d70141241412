/** The localiser of `@docclf/locate` over a session of onnxruntime-web. */
import { runtimeFailed } from '@docclf/core/implementer';
import { createLocaliser, type Localiser } from '@docclf/locate';
import type { LoadedLocaliser } from './model.ts';
import { oneRunAtATime } from './one-run.ts';
import type { OrtModule } from './session.ts';

export interface OpenedLocaliser {
  readonly localiser: Localiser;
  /** Only once nothing runs any more. */
  release(): Promise<void>;
}

/**
 * Opens a localiser and tests it against its golden logits. It runs on the processor on every device: its networks are small,
 * and what it returns must come back from a graphics processor at once.
 *
 * @throws RUNTIME_FAILED
 */
export async function openLocaliser(
  ort: OrtModule,
  { manifest, bytes }: LoadedLocaliser,
): Promise<OpenedLocaliser> {
  const { input, outputs } = manifest;
  const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const;
  const session = oneRunAtATime(
    await ort.InferenceSession.create(bytes, options).catch(
      runtimeFailed(`load the localiser ${manifest.id}`),
    ),
  );
  const localiser = createLocaliser({
    manifest,
    async run(values, count) {
      const feeds = { [input.name]: new ort.Tensor('float32', values, [count, 3, input.side, input.side]) };
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
