/** `@docclf/pdf/thread`: the reader in a thread of Node's own. Not imported, but started: `createThreadReader` of `@docclf/node`. */
import { parentPort } from 'node:worker_threads';
import { portOf, serveReader } from '@docclf/core/readers';
import { createPdfReader } from './pdf-reader.ts';

void serveReader(portOf(parentPort!), createPdfReader);
