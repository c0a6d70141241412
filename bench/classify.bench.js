/**
 * How much faster is `classify` on a photograph than the same steps written by hand?
 *
 * One thread on both sides, 1,000 references, the picture read from a file.
 * `npm run bench -- classify`, or `node bench/classify.bench.js <rounds>`.
 */
import { readFile } from 'node:fs/promises';
import { createDocClassifier } from '@docclf/node';
import sharp from 'sharp';
import { classifierByHand, cosine } from './lib/by-hand.js';
import { interleave, timed } from './lib/interleave.js';
import { makePhotographs, twelveMegapixels } from './lib/photographs.js';
import { fillGallery } from './lib/references.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio, quantile } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 40);
const referenceCount = 1000;

// Neither way may answer from what libvips remembers of an earlier round.
sharp.cache(false);
sharp.concurrency(1);

printHeading('classify: a 12-megapixel JPEG against 1,000 references, one thread');

const files = await makePhotographs(4, twelveMegapixels);
const docclf = await createDocClassifier({ concurrency: 1, threads: 1 });
const vectors = await fillGallery(docclf.gallery, referenceCount);
const byHand = await classifierByHand(vectors);
// The size to which the decoder brings such a picture, so that the tensor can be timed on its own.
const shrunken = { width: twelveMegapixels.width / 5, height: twelveMegapixels.height / 5 };
const pixels = await Promise.all(
  files.map((file) =>
    sharp(file)
      .resize(shrunken.width, shrunken.height, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true }),
  ),
);

// The same steps on both sides: what looking for the document adds is in `npm run bench -- photos`.
const asIs = /** @type {const} */ ({ locate: false });
const fileOf = (/** @type {number} */ round) => files[round % files.length];
const results = await interleave(
  {
    docclf: async (round) => (await docclf.classify(fileOf(round), asIs)).timings,
    byHand: async (round) => (await byHand.classify(fileOf(round))).timings,
    // What the first way does not tell apart: reading alone, and the tensor alone from pixels of that size.
    read: async (round) => ({ total: await timed(() => readFile(fileOf(round))) }),
    tensor: async (round) => ({
      total: (await docclf.classify(pixels[round % pixels.length], asIs)).timings.prepare,
    }),
  },
  { rounds, warmUp: 8 },
);
const of = (/** @type {string} */ way, /** @type {string} */ stage) =>
  results[way].map((timings) => timings[stage]);
const middle = (/** @type {string} */ way, /** @type {string} */ stage) => median(of(way, stage));

const read = middle('read', 'total');
const tensor = middle('tensor', 'total');
printTable(
  ['milliseconds, medians', 'docclf', 'by hand'],
  [
    ['read', read, 'in decode'],
    ['decode', middle('docclf', 'prepare') - read - tensor, middle('byHand', 'decode')],
    ['tensor: resize, normalise', tensor, middle('byHand', 'resize') + middle('byHand', 'normalise')],
    ['infer', middle('docclf', 'infer'), middle('byHand', 'infer')],
    ['search', middle('docclf', 'search'), middle('byHand', 'search')],
    ['total', middle('docclf', 'total'), middle('byHand', 'total')],
    ['total, fastest tenth', quantile(of('docclf', 'total'), 0.1), quantile(of('byHand', 'total'), 0.1)],
  ],
);

const agreement = [];
for (const file of files) {
  const [{ vector }] = await docclf.embedder.embed([file], asIs);
  agreement.push(cosine(vector, (await byHand.classify(file)).vector));
}
const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length / 1e6));
console.log(`  docclf is ${ratioText(pairedRatio(of('byHand', 'total'), of('docclf', 'total')))} as fast.`);
console.log(`  Least cosine between the two ways' vectors: ${Math.min(...agreement).toFixed(5)}.`);
console.log(`  Files of ${sizes.map((size) => size.toFixed(1)).join(', ')} MB; ${rounds} rounds.\n`);

await docclf.close();
await byHand.close();
