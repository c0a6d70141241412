/** Whatever a page gets wrong: each call by its name, with the code that it is answered with. */
import {
  createClassifier,
  createDocClassifier,
  createMemoryGallery,
  DocclfError,
  exportGallery,
  importGallery,
  openGallery,
  parseLabel,
} from '@docclf/web';

const settings = JSON.parse(document.querySelector('#settings').textContent);
const classifier = await createDocClassifier(settings);
const { embedder } = classifier;
const gallery = await createMemoryGallery({ id: 'test', dimension: 2 });
const vector = Float32Array.of(1, 0);

const pixels = (seed) => {
  const data = new Uint8ClampedArray(64 * 90 * 4).fill(255);
  for (let i = 0; i < data.length; i += 4) data[i] = (i * seed) % 251;
  return { data, width: 64, height: 90, channels: 4 };
};
const page = pixels(7);
await classifier.register(page, { label: 'page' });

/** Runs the stream that comes of it, too. */
async function told(call) {
  try {
    const result = await call();
    if (result && Symbol.asyncIterator in Object(result)) for await (const _ of result);
  } catch (error) {
    return DocclfError.is(error) ? error.code : `${error?.name ?? 'thrown'}: ${error?.message ?? error}`;
  }
  return 'no error';
}

const open = (options) => createDocClassifier({ ...settings, ...options });
const transferred = () => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
const closedBitmap = async () => {
  const bitmap = await createImageBitmap(new ImageData(64, 90));
  bitmap.close();
  return bitmap;
};
const closedFrame = () => {
  const canvas = new OffscreenCanvas(64, 90);
  canvas.getContext('2d');
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  frame.close();
  return frame;
};
/** What says of itself that it is something else. */
const pretends = (tag) => ({ [Symbol.toStringTag]: tag });
const throwing = (name) =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new RangeError('a trap');
    },
  });

/** Each takes options, and refuses what is none of them. */
const takingOptions = {
  createDocClassifier: (options) => createDocClassifier(options),
  register: (options) => classifier.register(page, options),
  registerMany: (options) => classifier.registerMany([], options),
  classify: (options) => classifier.classify(page, options),
  classifyAll: (options) => classifier.classifyAll(page, options),
  classifyMany: (options) => classifier.classifyMany([], options),
  verify: (options) => classifier.verify(page, 'page', options),
  threshold: (options) => classifier.threshold(options),
  rename: (options) => classifier.rename('page', 'page/one', options),
  references: (options) => classifier.references(options),
  embed: (options) => embedder.embed([page], options),
  embedAll: (options) => embedder.embedAll(page, options),
  add: (options) => gallery.add([], options),
  nearest: (options) => gallery.nearest(vector, 1, options),
  nearestLabels: (options) => gallery.nearestLabels(vector, 1, options),
  exportGallery: (options) => exportGallery(gallery, options),
  importGallery: async (options) => importGallery(gallery, await exportGallery(gallery), options),
};
const noOptions = {
  null: null,
  number: 5,
  text: 'text',
  true: true,
  list: [],
  function: () => {},
  unknown: { surelyNone: undefined },
};

/** Options of a wrong kind. */
const wrongOptions = {
  model: [
    null,
    5,
    true,
    [],
    {},
    { manifest: 5, onnx: 5 },
    { manifest: '/x.json', onnx: '/x', cohort: 5 },
    'http://',
    () => {},
  ],
  localiser: [null, 5, true, [], {}, { manifest: 5, onnx: 5 }, 'http://'],
  device: [null, 5, 'cpu', [], {}, { device: 'cpu' }, { device: 'wasm', load: 5, startWorker: 5 }],
  threads: [null, 0, -1, 0.5, Number.NaN, '2', {}],
  worker: [null, 0, 'no', {}],
  cache: [null, 0, 'no', {}],
  wasmPaths: [null, 5, [], { mjs: 5 }, { wasm: null }, 'http://'],
  runtimeUrl: [null, 5, {}, 'http://'],
  onProgress: [null, 5, {}],
  signal: [null, 5, {}, 'no'],
  stallTimeout: [null, 0, -1, Number.NaN, 'no', Infinity],
  maximumBytes: [null, 0, -1, Number.NaN, 'no'],
  maximumPixels: [null, 0, -1, Number.NaN, 'no'],
  gallery: [null, 5, 'a path', {}, { contract: 1 }, []],
  secondLook: [null, 5, 'yes'],
  rotations: [null, 5, 'yes', {}],
  threshold: [null, 5, 'yes', {}],
  concurrency: [null, 0, -1, 0.5, 'no'],
  onClassified: [null, 5, {}],
};
const wrongEmbedOptions = {
  asReference: [null, 5],
  thumbnail: [null, 5],
  features: [null, 5],
  quality: [null, 5],
  locate: [
    null,
    5,
    [],
    [1, 2, 3, 4],
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    [null, null, null, null],
    () => {},
  ],
  variations: [
    null,
    5,
    'x',
    { turns: 5 },
    { rotations: 5 },
    { whole: [() => {}] },
    { whole: [{ turn: 45 }] },
    { cut: [{ hide: { x: 0, y: 0, width: Number.NaN, height: 1 } }] },
    { hidden: 5 },
    () => {},
  ],
  signal: [null, 5, {}],
};

const wrongSources = {
  undefined: () => undefined,
  null: () => null,
  number: () => 5,
  symbol: () => Symbol('x'),
  bigint: () => 10n,
  function: () => () => {},
  list: () => [],
  date: () => new Date(),
  map: () => new Map(),
  error: () => new Error('x'),
  DataView: () => new DataView(new ArrayBuffer(2)),
  floats: () => Float32Array.of(1, 2),
  'transferred bytes': transferred,
  'transferred buffer': () => transferred().buffer,
  'shared bytes': () =>
    globalThis.SharedArrayBuffer ? new Uint8Array(new SharedArrayBuffer(4)) : new Uint8Array(4),
  'closed bitmap': closedBitmap,
  'closed frame': closedFrame,
  'used Response': async () => {
    const response = new Response('x');
    await response.text();
    return response;
  },
  'Response of a failure': () => new Response('x', { status: 500 }),
  'failing Response': () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut')) })),
  Request: () => new Request('/x', { method: 'POST', body: 'x' }),
  stream: () => new Blob(['x']).stream(),
  'no URL': () => 'http://',
  'another protocol': () => 'ftp://example.org/x.png',
  'a script': () => 'javascript:alert(1)',
  'a broken data: URL': () => 'data:image/png;base64,####',
  'a data: URL of a text': () => 'data:text/plain,hello',
  'a revoked blob: URL': () => 'blob:http://localhost/none',
  'empty text': () => '',
  'unloaded image': () => new Image(),
  'broken image': () => Object.assign(new Image(), { src: 'data:image/png;base64,AAAA' }),
  'huge canvas': () => Object.assign(document.createElement('canvas'), { width: 1e5, height: 1e5 }),
  video: () => document.createElement('video'),
  div: () => document.createElement('div'),
  window: () => window,
  'SVG image of no file': () => document.createElementNS('http://www.w3.org/2000/svg', 'image'),
  ...Object.fromEntries(
    [
      'Blob',
      'File',
      'Response',
      'URL',
      'ImageBitmap',
      'HTMLImageElement',
      'SVGImageElement',
      'HTMLCanvasElement',
      'HTMLVideoElement',
      'VideoFrame',
      'ImageData',
      'ArrayBuffer',
      'Uint8Array',
      'OffscreenCanvas',
    ].map((tag) => [`what calls itself ${tag}`, () => pretends(tag)]),
  ),
  'a trap at data': () => throwing('data'),
  'a trap at source': () =>
    Object.defineProperties({ corners: [] }, Object.getOwnPropertyDescriptors(throwing('source'))),
  'a trap at width': () => Object.assign(throwing('width'), { data: page.data }),
  'pixels of nothing': () => ({ data: undefined, width: 20, height: 20, channels: 3 }),
  'too few pixels': () => ({ ...page, width: 1000 }),
  'half a pixel': () => ({ ...page, width: 64.5 }),
  'endless pixels': () => ({ ...page, width: Infinity }),
  'NaN pixels': () => ({ ...page, width: Number.NaN }),
  'negative pixels': () => ({ ...page, width: -64, height: -90 }),
  'pixels of text': () => ({ ...page, width: '64' }),
  'pixels of five channels': () => ({ ...page, channels: 5 }),
  'pixels that were transferred': () => ({ ...page, data: transferred() }),
  'pixels with a function': () => ({ ...page, channels: () => 4 }),
  'an outline of nothing': () => ({
    source: undefined,
    corners: [
      [0, 0],
      [60, 0],
      [60, 80],
      [0, 80],
    ],
  }),
  'corners of null': () => ({ source: page, corners: null }),
  'no corners': () => ({ source: page, corners: [] }),
  'three corners': () => ({
    source: page,
    corners: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  }),
  'corners of texts': () => ({ source: page, corners: ['a', 'b', 'c', 'd'] }),
  'corners of functions': () => ({ source: page, corners: () => {} }),
  'NaN corners': () => ({
    source: page,
    corners: [
      [Number.NaN, 0],
      [60, 0],
      [60, 80],
      [0, 80],
    ],
  }),
  'endless corners': () => ({
    source: page,
    corners: [
      [0, 0],
      [Infinity, 0],
      [60, 80],
      [0, 80],
    ],
  }),
  'far corners': () => ({
    source: page,
    corners: [
      [0, 0],
      [1e9, 0],
      [1e9, 1e9],
      [0, 1e9],
    ],
  }),
  'corners on one point': () => ({
    source: page,
    corners: [
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
    ],
  }),
  'a page of a TIFF': () => ({ source: page, page: 0 }),
};

const calls = {
  'classifyMany of a number': () => classifier.classifyMany(5),
  'classifyMany of a path': () => classifier.classifyMany('scan.png'),
  'classifyMany of bytes': () => classifier.classifyMany(page.data),
  'classifyMany of nothing': () => classifier.classifyMany(undefined),
  'registerMany of an object': () => classifier.registerMany({}),
  'register without options': () => classifier.register(page),
  'register with a label alone': () => classifier.register(page, 'page'),
  'register of nothing': () => classifier.register(),
  'remove of a label alone': () => classifier.remove('page'),
  'remove of nothing': () => classifier.remove(),
  'remove of both': () => classifier.remove({ id: 'a', label: 'page' }),
  'remove of a number': () => classifier.remove({ id: 5 }),
  'rename of numbers': () => classifier.rename(1, 2),
  'references within a number': () => classifier.references({ within: 5 }),
  'expected of a text': () => classifier.classify(page, { expected: 'page' }),
  'verify of no label': () => classifier.verify(page),
  'embed of one image': () => embedder.embed(page),
  'embed of a text': () => embedder.embed('x.png'),
  'embed of nothing': () => embedder.embed(),
  'embed of a hole': () => embedder.embed(new Array(1)),
  'embedAll of nothing': () => embedder.embedAll(),
  'add of one reference': () => gallery.add({ label: 'a', vector }),
  'add of nothing': () => gallery.add([undefined]),
  'nearest of a list': () => gallery.nearest([1, 0], 1),
  'nearest without a number': () => gallery.nearest(vector),
  'getMany of a text': () => gallery.getMany('a'),
  'importGallery of a text': () => importGallery(gallery, 'text'),
  'openGallery of nothing': () => openGallery(),
  'createClassifier of nothing': () => createClassifier({}),
  'parseLabel of a number': () => parseLabel(5),
  'nearest within an object': () => gallery.nearest(vector, 1, { within: {} }),
};

/** What each call is answered with, by its name. */
async function answersTo(entries) {
  const answers = {};
  for (const [name, call] of entries) answers[name] = await told(call);
  return answers;
}

globalThis.wrong = {
  options: () =>
    answersTo([
      ...Object.entries(takingOptions).flatMap(([name, call]) =>
        Object.entries(noOptions).map(([what, options]) => [`${name} with ${what}`, () => call(options)]),
      ),
      ...Object.entries(wrongOptions).flatMap(([name, values]) =>
        values.map((value, i) => [`${name}, ${i}`, async () => (await open({ [name]: value })).close()]),
      ),
      ...Object.entries(wrongEmbedOptions).flatMap(([name, values]) =>
        values.map((value, i) => [
          `embed with ${name}, ${i}`,
          () => embedder.embed([page], { [name]: value }),
        ]),
      ),
    ]),

  async sources() {
    const made = await Promise.all(
      Object.entries(wrongSources).map(async ([name, make]) => [name, await make()]),
    );
    return answersTo(
      made.flatMap(([name, source]) => [
        [`classify ${name}`, () => classifier.classify(source)],
        [`register ${name}`, () => classifier.register(source, { label: 'x' })],
        [`embedAll ${name}`, () => embedder.embedAll(source)],
      ]),
    );
  },

  calls: () => answersTo(Object.entries(calls)),

  /** Gives up a call at one moment after the other, until one comes too late. */
  async aborts() {
    const answers = new Set();
    for (let moment = 0; moment < 30; moment++) {
      const controller = new AbortController();
      const { signal } = controller;
      if (moment === 0) controller.abort();
      const answer = told(() =>
        moment % 2 ? classifier.classify(page, { signal }) : embedder.embedAll(page, { signal }),
      );
      for (let turn = 0; turn < moment; turn++) await new Promise((resolve) => setTimeout(resolve));
      controller.abort();
      answers.add(await answer);
    }
    return [...answers];
  },

  /** Loads all the same. */
  async throwingProgress() {
    const reported = [];
    const listen = (event) => {
      event.preventDefault();
      reported.push(event.error.message);
    };
    addEventListener('error', listen);
    const onProgress = () => {
      throw new RangeError('the page’s own');
    };
    const own = await open({ onProgress });
    await own.close();
    removeEventListener('error', listen);
    return [...new Set(reported)];
  },

  registered: () => classifier.labels(),
};
