/** `@docclf/heic/worker`: the reader in a browser's worker, for `createThreadReader` of `@docclf/web`. */
import type { HeicReaderOptions } from './heic-reader.ts';

/** What is used of a browser, which this package compiles without. */
declare const Worker: new (url: object, options: object) => { postMessage(message: unknown): void };
declare const URL: new (path: string, base: string) => object;

/**
 * Starts a worker that serves a reader. Bundlers make a file of it.
 *
 * @example
 * const heic = await createThreadReader(startHeicWorker);
 * const classifier = await createDocClassifier({ readers: [heic] });
 */
export function startHeicWorker(options: HeicReaderOptions = {}): object {
  // Written out in full: bundlers find a worker by this form only.
  const worker = new Worker(new URL('./worker-scope.js', import.meta.url), {
    type: 'module',
    name: 'docclf-heic',
  });
  worker.postMessage(options);
  return worker;
}
