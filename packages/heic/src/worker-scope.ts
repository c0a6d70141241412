/** Runs in the worker: the first message holds the reader's options, all others are for the reader. */
import { type MessageTarget, portOfTarget, serveReader } from '@docclf/core/readers';
import { createHeicReader, type HeicReaderOptions } from './heic-reader.ts';

const scope = globalThis as unknown as MessageTarget;

scope.onmessage = ({ data }: { readonly data: HeicReaderOptions }) => {
  void serveReader(portOfTarget(scope), () => createHeicReader(data));
};
