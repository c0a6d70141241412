/** Runs in the worker: the first message holds the reader's options, all others are for the reader. */
import { type MessageTarget, portOfTarget, serveReader } from '@docclf/core/readers';
import { createPdfReader, type PdfReaderOptions } from './pdf-reader.ts';

const scope = globalThis as unknown as MessageTarget;

scope.onmessage = ({ data }: { readonly data: PdfReaderOptions }) => {
  void serveReader(portOfTarget(scope), () => createPdfReader(data));
};
