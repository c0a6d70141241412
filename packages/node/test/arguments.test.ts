/** Whatever a JavaScript caller gets wrong is an error with a code, before anything is done; nothing is passed over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Classifier,
  createClassifier,
  createDocClassifier,
  createFileStore,
  createMemoryGallery,
  createNodeEmbedder,
  createNodeLocaliser,
  DocclfError,
  exportGallery,
  type Gallery,
  type ImageSource,
  importGallery,
  listImageFiles,
  loadModel,
  openGallery,
  pagesOf,
  parseLabel,
} from '../src/index.ts';
import { drawPage } from './pictures.ts';

// Callers in JavaScript have no types.
// biome-ignore lint/suspicious/noExplicitAny: that is the point
type Anything = any;

let classifier: Classifier<ImageSource>;
let gallery: Gallery;
let page: Buffer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-arguments-'));
  classifier = await createDocClassifier();
  gallery = await createMemoryGallery({ id: 'test', dimension: 2 });
  page = await drawPage(1).png().toBuffer();
  await classifier.register(page, { label: 'page' });
});
afterAll(async () => {
  await classifier.close();
  rmSync(folder, { recursive: true });
});

async function errorOf(work: () => unknown): Promise<DocclfError | string> {
  try {
    const result = (await work()) as AsyncIterable<unknown> | undefined;
    if (result && Symbol.asyncIterator in result) for await (const _ of result);
  } catch (error) {
    return DocclfError.is(error) ? error : `other error: ${error}`;
  }
  return 'no error';
}

const notObjects: Anything[] = [null, 5, 'text', true, [], () => {}];
const vector = Float32Array.of(1, 0);

const takingOptions: readonly [string, (options: Anything) => unknown][] = [
  ['createDocClassifier', (options) => createDocClassifier(options)],
  ['createNodeEmbedder', (options) => createNodeEmbedder(options)],
  ['createNodeLocaliser', (options) => createNodeLocaliser(options)],
  [
    'createClassifier',
    (options) => {
      const { embedder, gallery } = classifier;
      return createClassifier({ embedder, gallery, ...options });
    },
  ],
  ['register', (options) => classifier.register(page, options && { label: 'x', ...options })],
  ['registerMany', (options) => classifier.registerMany([], options)],
  ['classify', (options) => classifier.classify(page, options)],
  ['classifyAll', (options) => classifier.classifyAll(page, options)],
  ['classifyMany', (options) => classifier.classifyMany([], options)],
  ['verify', (options) => classifier.verify(page, 'page', options)],
  ['threshold', (options) => classifier.threshold(options)],
  ['rename', (options) => classifier.rename('page', 'page/one', options)],
  ['references', (options) => classifier.references(options)],
  ['embed', (options) => classifier.embedder.embed([], options)],
  ['add', (options) => gallery.add([], options)],
  ['nearest', (options) => gallery.nearest(vector, 1, options)],
  ['nearestLabels', (options) => gallery.nearestLabels(vector, 1, options)],
  ['exportGallery', (options) => exportGallery(gallery, options)],
  ['importGallery', async (options) => importGallery(gallery, await exportGallery(gallery), options)],
  ['pagesOf', (options) => pagesOf(page, options)],
];

describe('options', () => {
  it.each(takingOptions)('of %s: a name that is none is refused', async (_, call) => {
    expect(await errorOf(() => call({ surelyNone: undefined }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { received: '"surelyNone"' },
    });
  });

  it.each(takingOptions.filter(([name]) => name !== 'createClassifier' && name !== 'register'))(
    'of %s: what is no object is refused',
    async (_, call) => {
      for (const options of notObjects)
        expect(await errorOf(() => call(options)), String(options)).toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
    },
  );

  it('a mistyped gallery is told, and does not mean one in memory', async () => {
    const error = await errorOf(() => createDocClassifier({ galery: 'x.docclf' } as Anything));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((error as Error).message).toContain('Expected gallery (or ');
  });

  it.each([
    ['createDocClassifier', (value) => createDocClassifier({ rotations: value })],
    ['classify', (value) => classifier.classify(page, { rotations: value })],
    ['signal', (value) => classifier.classify(page, { signal: value })],
    ['maximumBytes', (value) => createNodeEmbedder({ maximumBytes: value })],
    ['maximumPixels', (value) => createNodeEmbedder({ maximumPixels: value })],
    ['threads', (value) => createNodeEmbedder({ threads: value })],
    ['concurrency', (value) => createDocClassifier({ concurrency: value })],
    ['margin', (value) => createDocClassifier({ margin: value })],
    ['threshold', (value) => createDocClassifier({ threshold: value })],
    ['gallery', (value) => createDocClassifier({ gallery: value })],
    ['onClassified', (value) => createDocClassifier({ onClassified: value })],
    ['existing', (value) => gallery.add([], { existing: value })],
  ] satisfies [string, (value: Anything) => unknown][])('%s of a wrong kind are refused', async (_, call) => {
    for (const value of [Number.NaN, -1, {}, []])
      expect(await errorOf(() => call(value)), String(value)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('what calls are about', () => {
  it.each([
    ['classifyMany of a number', () => classifier.classifyMany(5 as Anything)],
    ['classifyMany of a path', () => classifier.classifyMany('scan.png' as Anything)],
    ['classifyMany of bytes', () => classifier.classifyMany(page as Anything)],
    ['classifyMany of nothing', () => classifier.classifyMany(undefined as Anything)],
    ['registerMany of an object', () => classifier.registerMany({} as Anything)],
    ['register without options', () => (classifier.register as Anything)(page)],
    ['register with a label alone', () => (classifier.register as Anything)(page, 'page')],
    ['register of nothing', () => (classifier.register as Anything)()],
    ['remove of a label alone', () => classifier.remove('page' as Anything)],
    ['remove of nothing', () => (classifier.remove as Anything)()],
    ['remove of both', () => classifier.remove({ id: 'a', label: 'page' } as Anything)],
    ['remove of a number', () => classifier.remove({ id: 5 } as Anything)],
    ['rename of numbers', () => classifier.rename(1 as Anything, 2 as Anything)],
    ['references within a number', () => classifier.references({ within: 5 as Anything })],
    ['expected of a text', () => classifier.classify(page, { expected: 'page' as Anything })],
    ['verify of no label', () => (classifier.verify as Anything)(page)],
    ['embed of one image', () => classifier.embedder.embed(page as Anything)],
    ['embed of nothing', () => (classifier.embedder.embed as Anything)()],
    ['add of one reference', () => gallery.add({ label: 'a', vector } as Anything)],
    ['add of nothing', () => gallery.add([undefined] as Anything)],
    ['add of a field that is none', () => gallery.add([{ label: 'a', vector, metdata: {} } as Anything])],
    ['nearest of a list', () => gallery.nearest([1, 0] as Anything, 1)],
    ['nearest without a number', () => (gallery.nearest as Anything)(vector)],
    ['getMany of a text', () => gallery.getMany('a' as Anything)],
    ['importGallery of a text', () => importGallery(gallery, 'text' as Anything)],
    ['createFileStore of nothing', () => (createFileStore as Anything)()],
    ['openGallery of nothing', () => (openGallery as Anything)()],
    ['createClassifier of nothing', () => createClassifier({} as Anything)],
    ['loadModel of a number', () => loadModel(5 as Anything)],
    ['loadModel of an address', () => loadModel(new URL('https://example.org/manifest.json'))],
    ['listImageFiles of a number', () => listImageFiles(5 as Anything)],
    ['pagesOf of nothing', () => (pagesOf as Anything)()],
    ['parseLabel of a number', () => parseLabel(5 as Anything)],
  ])('%s is refused', async (_, call) => {
    expect(await errorOf(call)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('an item of a stream that is none is an outcome', async () => {
    for (const item of [undefined, null, 5, {}, { source: page, label: 'x', metdata: {} }]) {
      for await (const outcome of classifier.registerMany([item as Anything]))
        expect(outcome).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT' } });
    }
  });

  const transferred = () => {
    const { buffer } = new Uint8Array(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  };
  it.each([
    ['a file: URL of another host', 'INVALID_ARGUMENT', () => new URL('file://host/x.png')],
    ['a file: URL with an encoded slash', 'INVALID_ARGUMENT', () => new URL('file:///a%2Fb.png')],
    ['an address', 'INVALID_ARGUMENT', () => new URL('https://example.org/x.png')],
    ['a path with a zero', 'FILE_UNREADABLE', () => 'a\u0000.png'],
    ['a buffer that was transferred away', 'INVALID_ARGUMENT', transferred],
    ['a DataView', 'INVALID_ARGUMENT', () => new DataView(new ArrayBuffer(2))],
    ['a stream of texts', 'INVALID_ARGUMENT', () => Readable.from(['a', 'b'])],
    ['a stream of objects', 'INVALID_ARGUMENT', () => Readable.from([{}, {}])],
    [
      'a stream that fails',
      'FILE_UNREADABLE',
      () => new Readable({ read: (): void => void ([] as Anything)[0].x }),
    ],
    ['a date', 'INVALID_ARGUMENT', () => new Date()],
    ['a number', 'INVALID_ARGUMENT', () => 5],
    ['a page of nothing', 'INVALID_ARGUMENT', () => ({ source: undefined, page: 0 })],
    [
      'pixels of nothing',
      'INVALID_ARGUMENT',
      () => ({ data: undefined, width: 20, height: 20, channels: 3 }),
    ],
    ['pixels without information', 'INVALID_ARGUMENT', () => ({ data: page, info: undefined })],
    ['half a pixel', 'INVALID_ARGUMENT', () => ({ data: page, width: 20.5, height: 20, channels: 3 })],
  ] satisfies [string, string, () => Anything][])('%s is no image', async (_, code, make) => {
    expect(await errorOf(() => classifier.classify(make() as Anything))).toMatchObject({ code });
    expect(await errorOf(() => classifier.register(make() as Anything, { label: 'x' }))).toMatchObject({
      code,
    });
  });

  it.each([
    ['NaN', Number.NaN],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['undefined', undefined],
  ])('metadata that holds %s is refused, and nothing is registered', async (_, value) => {
    const metadata = { value } as Anything;
    const other = await drawPage(2).png().toBuffer();
    expect(await errorOf(() => classifier.register(other, { label: 'x', metadata }))).toMatchObject({
      code: 'REFERENCE_INVALID',
    });
    expect(await classifier.labels()).toEqual([{ label: 'page', references: 1 }]);
  });
});
