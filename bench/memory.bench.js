/**
 * Does memory stay flat while a process classifies image after image?
 *
 * 10,000 pictures of 1 megapixel through one `classifyMany`; the resident memory after a collection every
 * 500 pictures. Beside it, for scale: what one forgotten tensor an image would add.
 * `npm run bench -- memory`, or `node --expose-gc bench/memory.bench.js <images>`.
 */
import { createDocClassifier } from '@docclf/node';
import { makePhotographs, oneMegapixel } from './lib/photographs.js';
import { fillGallery } from './lib/references.js';
import { printHeading, printTable } from './lib/report.js';
import { slope } from './lib/statistics.js';

const images = Number(process.argv[2] ?? 10_000);
const every = Math.max(1, Math.min(500, Math.floor(images / 20)));
const collect = /** @type {{ gc?: () => void }} */ (globalThis).gc;
if (!collect) {
  console.error('Run this with `node --expose-gc`: without a collection, garbage looks like a leak.');
  process.exit(2);
}

printHeading(`memory: ${images.toLocaleString('en')} pictures of 1 megapixel through classifyMany`);

const files = await makePhotographs(8, oneMegapixel);
const classifier = await createDocClassifier();
await fillGallery(classifier.gallery, 1000);

function* sources() {
  for (let i = 0; i < images; i++) yield files[i % files.length];
}

/** @type {{ image: number, rss: number, heap: number, external: number }[]} */
const samples = [];
let failures = 0;
for await (const { index, ok } of classifier.classifyMany(sources())) {
  if (!ok) failures++;
  if ((index + 1) % every !== 0) continue;
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  samples.push({ image: index + 1, rss, heap: heapUsed, external });
}

const row = (/** @type {typeof samples[number]} */ { image, rss, heap, external }) => [
  String(image),
  ...[rss, heap, external].map((bytes) => bytes / 1e6),
];
printTable(
  ['after image', 'resident MB', 'heap MB', 'external MB'],
  samples.filter((_, i) => i === 0 || (i + 1) % 4 === 0).map(row),
);

const second = samples.slice(Math.floor(samples.length / 2));
const growth = (/** @type {'rss' | 'heap'} */ of) =>
  slope(
    second.map(({ image }) => image),
    second.map((sample) => sample[of]),
  );
const { width, height, channels } = classifier.embedder.manifest.input;
const tensor = 4 * width * height * channels;
console.log(`  Growth in the second half: ${growth('rss').toFixed(0)} bytes an image resident,`);
console.log(`  ${growth('heap').toFixed(0)} on the heap. A forgotten tensor an image would be ${tensor}.`);
console.log(`  ${failures} of ${images} pictures failed.\n`);

await classifier.close();
