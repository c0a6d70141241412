/** Readers in workers of their own. */
import { checkOptions } from '@docclf/core/implementer';
import {
  createRemoteReader,
  type PageReader,
  portOfTarget,
  type TimeLimits,
  timeLimitOptions,
} from '@docclf/core/readers';

/**
 * A reader that works in workers of its own: the page stays smooth, pages are made ahead, and what takes too long is ended.
 *
 * @param startWorker starts a worker that serves a reader, such as that of `@docclf/heic/worker`
 *
 * @example
 * import { startHeicWorker } from '@docclf/heic/worker';
 *
 * const heic = await createThreadReader(startHeicWorker, { seconds: 10 });
 * const classifier = await createDocClassifier({ readers: [heic] });
 *
 * @throws RUNTIME_FAILED, INVALID_ARGUMENT
 */
export async function createThreadReader(
  startWorker: () => unknown,
  limits?: TimeLimits,
): Promise<PageReader> {
  const asked = checkOptions('createThreadReader', limits, timeLimitOptions);
  return createRemoteReader(() => {
    // The packages that start one know no browser's types.
    const worker = startWorker() as Worker;
    return {
      ...portOfTarget(worker as never),
      onDeath(listener) {
        worker.onerror = ({ message }) => listener(new Error(message || 'the worker could not be loaded'));
      },
      end: () => worker.terminate(),
    };
  }, asked);
}
