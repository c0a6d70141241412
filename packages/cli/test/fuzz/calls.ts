/** Calls of the public functions with anything in place of what they want, and addresses of every shape. */

import { createSqliteStore } from '@docclf/gallery-sqlite';
import {
  type Classifier,
  createClassifier,
  createFileStore,
  createMemoryGallery,
  exportGallery,
  type ImageSource,
  importGallery,
  listImageFiles,
  openGallery,
  pagesOf,
  parseLabel,
} from '@docclf/node';
import { createPdfReader } from '@docclf/pdf';
import { anyValue, type Random } from './random.ts';

// biome-ignore lint/suspicious/noExplicitAny: callers in JavaScript have no types
type Call = (...values: any[]) => unknown;

export async function callTarget(classifier: Classifier<ImageSource>) {
  const gallery = await createMemoryGallery({ id: 'fuzz@1', dimension: 2 });
  const reader = await createPdfReader();
  const { embedder } = classifier;
  const calls: readonly Call[] = [
    ...[classifier.classify, classifier.register, classifier.classifyMany, classifier.registerMany],
    ...[classifier.verify, classifier.rename, classifier.remove, classifier.threshold, classifier.references],
    ...[gallery.add, gallery.nearest, gallery.nearestLabels, gallery.get, gallery.getMany],
    ...[gallery.references, gallery.rename, gallery.remove, embedder.embed],
    ...[parseLabel, pagesOf, listWithin, openGallery, createClassifier, createFileStore],
    (options) => exportGallery(gallery, options),
    (bytes, options) => importGallery(gallery, bytes, options),
    (options) => openGallery(createSqliteStore(options), gallery.space),
    (bytes, options) => reader.pages(bytes, options),
  ];
  return async (random: Random): Promise<unknown> => {
    const values = Array.from({ length: 1 + random.below(3) }, () => anyValue(random));
    return drained(await random.pick(calls)(...values));
  };
}

/** Of folders that every machine has: what lies there follows from no seed, and may be all of a disk. */
function listWithin(folder: unknown, ...more: unknown[]): unknown {
  const isOfMachine = typeof folder === 'string' && ['/', '.', '..', ''].includes(folder);
  return (listImageFiles as Call)(isOfMachine ? 'nowhere' : folder, ...more);
}

/** Of a stream at most ten items. */
async function drained(result: unknown): Promise<void> {
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) return;
  let items = 0;
  for await (const _ of result as AsyncIterable<unknown>) if (++items === 10) return;
}

const parts = [
  ...[
    'file:',
    'FILE:',
    'postgres:',
    'http:',
    'https:',
    'chroma:',
    'data:',
    'blob:',
    '//',
    '///',
    '/',
    '\\',
    ':',
    '@',
  ],
  ...[
    'localhost',
    '[::1]',
    '..',
    '.',
    '%2F',
    '%00',
    '%',
    '%zz',
    '?',
    '#',
    '=',
    '&',
    'a',
    'é',
    ' ',
    '\n',
    '\u0000',
    '🧾',
  ],
  ...['user:secret', ':8000', ':99999', 'schema=', 'index=hnsw', 'tenant=', 'documents', 'x.png'],
];

export function addressTarget(
  classifier: Classifier<ImageSource>,
  stores: readonly ((url: string) => unknown)[],
) {
  return async (random: Random): Promise<unknown> => {
    const text = Array.from({ length: 1 + random.below(8) }, () => random.pick(parts)).join('');
    if (random.below(2) === 0) return random.pick(stores)(text);
    const url = URL.canParse(text) && random.below(2) === 0 ? new URL(text) : text;
    return classifier.classify(url);
  };
}
