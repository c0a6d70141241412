/** The page's side of the worker: an embedder whose work is done elsewhere. */
import type { Embedding } from '@docclf/core';
import { createLifetime, throwIfAborted } from '@docclf/core/implementer';
import type { OpenedEmbedder, Opening, SessionSettings } from './session.ts';
import { transferablesOf } from './source.ts';
import { createCalls } from './worker-calls.ts';
import type { KeptEmbedding } from './worker-protocol.ts';

/**
 * Opens an embedder in a worker that serves nobody else. The worker ends with the embedder.
 *
 * @throws as `openSession`; RUNTIME_FAILED when the worker cannot be started
 */
export async function openInWorker(
  worker: Worker,
  settings: SessionSettings,
  { onProgress, signal: opening }: Pick<Opening, 'onProgress' | 'signal'>,
): Promise<OpenedEmbedder> {
  const calls = createCalls(worker, onProgress);
  const { call } = calls;
  const lifetime = createLifetime('embedder', async () => {
    try {
      if (!calls.hasFailed) await call('close', {});
    } finally {
      worker.terminate();
    }
  });

  const withFeatures = ({ kept, ...embedding }: KeptEmbedding): Embedding => ({
    ...embedding,
    ...(kept !== undefined && {
      featuresOf: (part) => lifetime.run(() => call('featuresOf', { kept, part })),
    }),
  });

  try {
    throwIfAborted(opening, 'Loading');
    const { manifest, cohort, facts } = await call('open', { settings }, { signal: opening });
    return {
      facts,
      embedder: {
        manifest,
        cohort,
        embed: (sources, { signal, ...options } = {}) =>
          lifetime.run(async () => {
            throwIfAborted(signal, 'Embedding');
            const transfer = sources.flatMap(transferablesOf);
            return (await call('embed', { sources, options }, { transfer, signal })).map(withFeatures);
          }),
        embedAll: (source, { signal, ...options } = {}) =>
          lifetime.run(async () => {
            throwIfAborted(signal, 'Embedding');
            const transfer = transferablesOf(source);
            return (await call('embedAll', { source, options }, { transfer, signal })).map(withFeatures);
          }),
        selfTest: () => lifetime.run(() => call('selfTest', {})),
        close: lifetime.close,
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
