/** What the benchmark calls in a page. Arguments and results are JSON. */
import { openGallery } from '@docclf/gallery';
import { createIndexedDbStore } from '@docclf/gallery-indexeddb';
import { createDocClassifier } from '@docclf/web';
import { unitVectors } from '../references.js';

const classifiers = new Map();

/** Opens a classifier; returns how many threads it got. */
async function open(name, options) {
  const classifier = await createDocClassifier(options);
  classifiers.set(name, classifier);
  return classifier.embedder.status().threads;
}

/** Milliseconds of one run of the network. */
async function infer(name, side) {
  const pixels = { data: new Uint8Array(3 * side * side).fill(128), width: side, height: side, channels: 3 };
  const [{ timings }] = await classifiers.get(name).embedder.embed([pixels]);
  return timings.infer;
}

const sources = {
  file: (blob) => new File([blob], 'photograph.jpg'),
  image: async (blob) => {
    const image = Object.assign(new Image(), { src: URL.createObjectURL(blob) });
    await image.decode();
    return image;
  },
  bitmap: (blob) => createImageBitmap(blob),
  canvas: async (blob) => drawn(await createImageBitmap(blob)),
  imageData: async (blob) => {
    const canvas = drawn(await createImageBitmap(blob));
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  },
  // As a camera gives them.
  frame: async (blob) => {
    const size = { resizeWidth: 1280, resizeHeight: 720 };
    return new VideoFrame(drawn(await createImageBitmap(blob, size)), { timestamp: 0 });
  },
};

function drawn(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d', { willReadFrequently: true }).drawImage(bitmap, 0, 0);
  return canvas;
}

/**
 * Counts frames, and turns of the event loop, while `work` runs: the longest wait between two of each, in
 * milliseconds. A turn is what a click or a key would have waited for.
 */
async function watch(work) {
  const longest = { frame: 0, turn: 0 };
  let last = { frame: performance.now(), turn: performance.now() };
  let isRunning = true;
  const note = (kind) => {
    const now = performance.now();
    longest[kind] = Math.max(longest[kind], now - last[kind]);
    last = { ...last, [kind]: now };
  };
  const frame = () => {
    note('frame');
    if (isRunning) requestAnimationFrame(frame);
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    note('turn');
    if (isRunning) port2.postMessage(0);
  };
  await new Promise(requestAnimationFrame);
  last = { frame: performance.now(), turn: performance.now() };
  requestAnimationFrame(frame);
  port2.postMessage(0);
  const start = performance.now();
  await work();
  const total = performance.now() - start;
  await new Promise(requestAnimationFrame);
  isRunning = false;
  return { ...longest, total };
}

/** `classify` of a photograph, and as long a time in which nothing happens. */
async function blocking(name, form, url) {
  const source = await sources[form](await (await fetch(url)).blob());
  const classifier = classifiers.get(name);
  const busy = await watch(() => classifier.classify(source));
  const idle = await watch(() => new Promise((resolve) => setTimeout(resolve, busy.total)));
  return { busy, idle };
}

/** Fills a gallery in IndexedDB, and the same references row by row, as one writes it first. */
async function fill(dimension, count) {
  const vectors = unitVectors(dimension, count);
  const gallery = await openGallery(createIndexedDbStore({ name: `bench-${dimension}` }), spaceOf(dimension));
  const references = vectors.map((vector, i) => ({
    id: `reference-${i}`,
    label: `type-${i % 1000}`,
    vector,
  }));
  const start = performance.now();
  for (let i = 0; i < count; i += 1000) await gallery.add(references.slice(i, i + 1000));
  const registration = performance.now() - start;
  await gallery.close();
  const database = await openRows(dimension);
  const transaction = database.transaction('rows', 'readwrite');
  for (const reference of references) transaction.objectStore('rows').put(reference);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
  return registration;
}

const spaceOf = (dimension) => ({ id: `bench@${dimension}`, dimension });

const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function openRows(dimension) {
  const request = indexedDB.open(`rows-${dimension}`, 1);
  request.onupgradeneeded = () => request.result.createObjectStore('rows', { keyPath: 'id' });
  return answerOf(request);
}

/** From nothing to the first answer, in milliseconds, and the answer. */
async function load(dimension, way) {
  const [query] = unitVectors(dimension, 1, 7);
  const start = performance.now();
  const best = way === 'docclf' ? await firstAnswer(dimension, query) : await firstOfRows(dimension, query);
  return { milliseconds: performance.now() - start, best };
}

async function firstAnswer(dimension, query) {
  const gallery = await openGallery(createIndexedDbStore({ name: `bench-${dimension}` }), spaceOf(dimension));
  const [{ id }] = await gallery.nearest(query, 1);
  await gallery.close();
  return id;
}

/** The named alternative: one row a reference, read with a cursor into one matrix. */
async function firstOfRows(dimension, query) {
  const database = await openRows(dimension);
  const ids = [];
  let matrix = new Float32Array(1024 * dimension);
  await new Promise((resolve, reject) => {
    const request = database.transaction('rows').objectStore('rows').openCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      if (ids.length * dimension === matrix.length) {
        const larger = new Float32Array(2 * matrix.length);
        larger.set(matrix);
        matrix = larger;
      }
      matrix.set(cursor.value.vector, ids.length * dimension);
      ids.push(cursor.value.id);
      cursor.continue();
    };
  });
  database.close();
  let best = 0;
  let highest = -2;
  for (let row = 0; row < ids.length; row++) {
    let cosine = 0;
    for (let i = 0; i < dimension; i++) cosine += matrix[row * dimension + i] * query[i];
    if (cosine > highest) {
      highest = cosine;
      best = row;
    }
  }
  return ids[best];
}

globalThis.measured = { open, infer, blocking, fill, load };
