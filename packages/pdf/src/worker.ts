/** `@docclf/pdf/worker`: the reader in a browser's worker, for `createThreadReader` of `@docclf/web`. */
import type { PdfReaderOptions } from './pdf-reader.ts';

/** What is used of a browser, which this package compiles without. */
declare const Worker: new (url: object, options: object) => { postMessage(message: unknown): void };
declare const URL: new (path: string, base: string) => { readonly href: string };
declare const location: { readonly href: string };
declare const document: { readonly baseURI: string };

/**
 * Starts a worker that serves a reader. Bundlers make a file of it.
 *
 * @param options `wasm` is needed: the URL, relative to the page, or the bytes of `@hyzyla/pdfium/pdfium.wasm`
 *
 * @example
 * const pdf = await createThreadReader(() => startPdfWorker({ wasm: pdfiumUrl }));
 * const classifier = await createDocClassifier({ readers: [pdf] });
 */
export function startPdfWorker(
  options: PdfReaderOptions & { readonly wasm: NonNullable<PdfReaderOptions['wasm']> },
): object {
  const { wasm } = options;
  // Written out in full: bundlers find a worker by this form only.
  const worker = new Worker(new URL('./worker-scope.js', import.meta.url), {
    type: 'module',
    name: 'docclf-pdf',
  });
  // Against the page: a worker would resolve it against its own script.
  const base = () => (typeof document === 'undefined' ? location.href : document.baseURI);
  worker.postMessage({ ...options, wasm: typeof wasm === 'string' ? new URL(wasm, base()).href : wasm });
  return worker;
}
