/**
 * The program that the throughput benchmark starts on one core or on all:
 * `node classify-many.js <images> <file>...`, prints one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { createDocClassifier } from '@docclf/node';
import { fillGallery } from './references.js';

const images = Number(process.argv[2]);
const files = process.argv.slice(3);
// Undefined, that is the default, unless the machine cannot pin a process to a core.
const concurrency = process.env.DOCCLF_BENCH_CONCURRENCY && Number(process.env.DOCCLF_BENCH_CONCURRENCY);

const classifier = await createDocClassifier(concurrency ? { concurrency } : {});
await fillGallery(classifier.gallery, 1000);

/** @param {number} count */
async function classify(count) {
  const sources = Array.from({ length: count }, (_, i) => files[i % files.length]);
  for await (const outcome of classifier.classifyMany(sources)) if (!outcome.ok) throw outcome.error;
}

await classify(Math.ceil(images / 3));
const mainBefore = mainThreadMilliseconds();
const cpuBefore = process.cpuUsage();
const start = performance.now();
await classify(images);
const elapsed = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
const main = mainThreadMilliseconds() - mainBefore;
console.log(
  JSON.stringify({
    imagesPerSecond: (1000 * images) / elapsed,
    /** Milliseconds of processor an image: of the main thread, and of all. NaN becomes null. */
    main: main / images,
    processor: (user + system) / 1000 / images,
  }),
);
await classifier.close();

/** Time on a processor, which neighbours do not lengthen as they lengthen the clock's; only Linux tells. */
function mainThreadMilliseconds() {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
