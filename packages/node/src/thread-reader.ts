/** Readers in threads of Node's own. */
import { Worker } from 'node:worker_threads';
import { DocclfError } from '@docclf/core';
import { checkOptions } from '@docclf/core/implementer';
import {
  createRemoteReader,
  type PageReader,
  portOf,
  type ReadPage,
  type ReadPagesOptions,
  type ScannedPage,
  type TimeLimits,
  timeLimitOptions,
} from '@docclf/core/readers';
import { decode } from './decode.ts';
import { decodeMeans } from './image-options.ts';

/**
 * A reader that works in threads of its own: the event loop stays free, pages are made ahead, and what takes too long is
 * ended. For files of strangers.
 *
 * @param thread the file or `file:` URL of a module that serves a reader, such as `@docclf/pdf/thread`
 *
 * @example
 * const pdf = await createThreadReader(import.meta.resolve('@docclf/pdf/thread'), { seconds: 10 });
 * const classifier = await createDocClassifier({ readers: [pdf] });
 *
 * @throws RUNTIME_FAILED, INVALID_ARGUMENT
 */
export async function createThreadReader(thread: string | URL, limits?: TimeLimits): Promise<PageReader> {
  const asked = checkOptions('createThreadReader', limits, timeLimitOptions);
  const file = typeof thread === 'string' && thread.startsWith('file:') ? new URL(thread) : thread;
  const reader = await createRemoteReader(() => {
    // As it is published: loaders and conditions that the process was started with are none of its business.
    const worker = new Worker(file, { execArgv: [] });
    return {
      ...portOf(worker),
      onDeath(listener) {
        worker.on('error', listener);
        worker.on('exit', (code) => listener(new Error(`the thread ended with code ${code}`)));
      },
      end: () => void worker.terminate(),
      setIdle: (isIdle) => (isIdle ? worker.unref() : worker.ref()),
    };
  }, asked);
  const { scans } = reader;
  return scans
    ? { ...reader, pages: (bytes, options) => decodeScans(scans(bytes, options), options) }
    : reader;
}

/** Scans by sharp, which decodes a JPEG at a fraction of its size. */
async function* decodeScans(
  pages: AsyncGenerator<ReadPage | ScannedPage, void, void>,
  { source = 'the file', side = 512, signal }: ReadPagesOptions = {},
): AsyncGenerator<ReadPage, void, void> {
  for await (const page of pages) {
    if (!('jpeg' in page)) {
      yield page;
      continue;
    }
    const { jpeg, ...place } = page;
    const name = `page ${place.number} of ${source}`;
    try {
      const read = { kind: 'bytes', bytes: jpeg, name, page: undefined } as const;
      const { image, ...size } = await decode(read, side / 4, decodeMeans({}), signal);
      yield { ...place, image, size };
    } catch (error) {
      if (!DocclfError.is(error) || error.code === 'ABORTED') throw error;
      yield { ...place, error };
    }
  }
}
