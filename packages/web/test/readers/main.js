/** Readers of HEIC and PDF in workers of their own, started when the harness opens a classifier. */
import { startHeicWorker } from '@docclf/heic/worker';
import { startPdfWorker } from '@docclf/pdf/worker';
import { createThreadReader } from '@docclf/web';
import wasm from '@hyzyla/pdfium/pdfium.wasm?url';

globalThis.startReaders = () =>
  Promise.all([
    createThreadReader(startHeicWorker),
    // What a slow file may take in the test.
    createThreadReader(() => startPdfWorker({ wasm }), { seconds: 2 }),
  ]);
