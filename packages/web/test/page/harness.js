/** What the tests call in the page. Arguments and results are JSON. */
import * as docclf from '@docclf/web';

const { createDocClassifier, DocclfError, exportGallery, importGallery } = docclf;
const classifiers = new Map();

const bytesOf = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

async function imageDataOf(url) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', {
    willReadFrequently: true,
  });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

async function canvasOf(url) {
  const pixels = await imageDataOf(url);
  const canvas = document.createElement('canvas');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext('2d').putImageData(pixels, 0, 0);
  return canvas;
}

/** One picture in each form that the classifier takes. */
const sources = {
  url: async (url) => url,
  URL: async (url) => new URL(url, location.href),
  bytes: bytesOf,
  view: async (url) => {
    const bytes = await bytesOf(url);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    return larger.subarray(10, 10 + bytes.length);
  },
  buffer: async (url) => (await bytesOf(url)).buffer,
  blob: async (url) => new Blob([await bytesOf(url)]),
  file: async (url) => new File([await bytesOf(url)], 'page.jpg'),
  bitmap: async (url) => createImageBitmap(await (await fetch(url)).blob()),
  response: async (url) => fetch(url),
  image: async (url) => Object.assign(new Image(), { src: url }),
  svgImage: async (url) => {
    const { width, height } = await imageDataOf(url);
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
    for (const [name, value] of Object.entries({ href: url, width, height })) image.setAttribute(name, value);
    svg.append(image);
    document.body.append(svg);
    return image;
  },
  imageData: imageDataOf,
  canvas: canvasOf,
  offscreen: async (url) => {
    const pixels = await imageDataOf(url);
    const canvas = new OffscreenCanvas(pixels.width, pixels.height);
    canvas.getContext('2d').putImageData(pixels, 0, 0);
    return canvas;
  },
  videoFrame: async (url) => new VideoFrame(await canvasOf(url), { timestamp: 0 }),
  video: async (url) => {
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = (await canvasOf(url)).captureStream(30);
    await video.play();
    return video;
  },
  pixels: async (url) => {
    const { data, width, height } = await imageDataOf(url);
    return { data, width, height, channels: 4 };
  },
  // What nobody can decode.
  emptyBlob: async () => new Blob([]),
  emptyCanvas: async () => new OffscreenCanvas(0, 0),
  stillVideo: async () => document.createElement('video'),
  number: async () => 7,
  object: async () => ({}),
  badPixels: async () => ({ data: new Uint8Array(10), width: 100, height: 100, channels: 3 }),
  smallPixels: async () => new ImageData(8, 200),
  narrowPixels: async () => new ImageData(16, 2000),
};

const plain = ({ vector, views, ...rest }) => ({
  ...rest,
  vector: [...vector],
  views: views.map((view) => ({ ...view, vector: [...view.vector] })),
  ...(rest.thumbnail && { thumbnail: [...rest.thumbnail] }),
});

function describeError(error) {
  return {
    ours: DocclfError.is(error),
    code: error.code,
    details: error.details,
    message: error.message,
    cause: error.cause === undefined ? undefined : String(error.cause),
  };
}

globalThis.harness = {
  async open(name, options = {}) {
    const progress = [];
    const readers = await globalThis.startReaders?.();
    const onProgress = (step) => progress.push(step);
    const classifier = await createDocClassifier({ ...options, ...(readers && { readers }), onProgress });
    classifiers.set(name, classifier);
    return { status: classifier.embedder.status(), progress };
  },

  async openError(options) {
    try {
      await createDocClassifier(options);
    } catch (error) {
      return describeError(error);
    }
  },

  /** Gives up loading when the first bytes are here. */
  async openAborted(options) {
    const controller = new AbortController();
    const onProgress = ({ loadedBytes }) => loadedBytes > 0 && controller.abort('enough');
    try {
      await createDocClassifier({ ...options, onProgress, signal: controller.signal });
    } catch (error) {
      return describeError(error);
    }
  },

  async embed(name, form, url, options) {
    const [embedding] = await classifiers.get(name).embedder.embed([await sources[form](url)], options);
    return plain(embedding);
  },

  async embedError(name, form, url) {
    try {
      await classifiers.get(name).embedder.embed([await sources[form](url)]);
    } catch (error) {
      return describeError(error);
    }
  },

  /** Pixels that the test describes: `bytes` zeros, unless `size` has its own data. */
  async embedWrongPixels(name, size, bytes) {
    const source = bytes === undefined ? size : { ...size, data: new Uint8Array(bytes) };
    try {
      await classifiers.get(name).embedder.embed([source]);
    } catch (error) {
      return describeError(error);
    }
  },

  /** Embeds the page's own pixels of a picture, and sends the same pixels to the test. */
  async embedPixels(name, url, target) {
    const pixels = await imageDataOf(url);
    await fetch(target, { method: 'POST', body: pixels.data });
    const [{ vector }] = await classifiers.get(name).embedder.embed([pixels]);
    return { vector: [...vector], width: pixels.width, height: pixels.height };
  },

  /** Many calls at once: each must get its own answer. */
  async embedAtOnce(name, urls) {
    const { embedder } = classifiers.get(name);
    const embeddings = await Promise.all(urls.map(async (url) => (await embedder.embed([url]))[0]));
    return embeddings.map(plain);
  },

  /** Aborts one of two calls; the other must not notice. */
  async abort(name, url, when) {
    const { embedder } = classifiers.get(name);
    const controller = new AbortController();
    if (when === 'before') controller.abort('enough');
    const aborted = embedder.embed([url], { signal: controller.signal }).catch(describeError);
    const other = embedder.embed([url]);
    if (when === 'during') setTimeout(() => controller.abort('enough'), 0);
    const [{ vector }] = await other;
    return { error: await aborted, length: vector.length };
  },

  /** Whether a source can still be used after it was embedded in a worker. */
  async reuse(name, form, url) {
    const source = await sources[form](url);
    const { embedder } = classifiers.get(name);
    const [first] = await embedder.embed([source]);
    const [second] = await embedder.embed([source]);
    return [[...first.vector], [...second.vector]];
  },

  async register(name, url, label, options) {
    const { reference } = await classifiers.get(name).register(url, { ...options, label });
    return { id: reference.id, label: reference.label };
  },

  async importFile(name, url) {
    return importGallery(classifiers.get(name).gallery, await bytesOf(url), { existing: 'replace' });
  },

  async exportFile(name, target) {
    const body = await exportGallery(classifiers.get(name).gallery);
    await fetch(target, { method: 'POST', body });
  },

  async classify(name, url, options) {
    const classification = await classifiers.get(name).classify(url, options);
    const { status, label, score, evalue, threshold, reason, sight } = classification;
    return { status, label, score, evalue, threshold, reason, sight };
  },

  /** Each document's answer and outline. */
  async classifyAll(name, url, options) {
    const all = await classifiers.get(name).classifyAll(url, options);
    return all.map(({ status, label, score, corners }) => ({ status, label, score, corners }));
  },

  async close(name) {
    const classifier = classifiers.get(name);
    await classifier.close();
    return classifier.embedder.embed(['/x']).then(() => undefined, describeError);
  },
};
