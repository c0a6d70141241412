/**
 * How long do all figures of an evaluation take, once the images are embedded?
 *
 * 2,000 images of 400 types are two million pairs; vectors are made up. Processor time, since the machine is shared;
 * it has collection of garbage on other threads in it. `npm run bench -- evaluate`.
 */
import { calibrateVectors, evaluateVectors } from '@docclf/core/evaluation';
import { loadModel } from '@docclf/node';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable } from './lib/report.js';
import { median } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 5);
const [types, imagesEach, dimension] = [400, 5, 512];

printHeading('evaluate: 2,000 images, two million pairs');
const random = randomFrom(1);
const unit = (values) => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};
const noise = () => Array.from({ length: dimension }, () => random() + random() + random() - 1.5);
const images = Array.from({ length: types }, (_, type) => {
  const centre = noise();
  return Array.from({ length: imagesEach }, () => ({
    label: `group-${type % 20}/${type}`,
    vector: unit(noise().map((value, i) => centre[i] + 0.7 * value)),
  }));
}).flat();
const unknown = Array.from({ length: 200 }, () => unit(noise()));

const judge = await loadModel();

/** The naive way: every pair's score, sorted, and a walk down for one curve; no interval, no identification. */
function naive() {
  const pairs = [];
  for (let a = 1; a < images.length; a++) {
    for (let b = 0; b < a; b++) {
      let dot = 0;
      for (let i = 0; i < dimension; i++) dot += images[a].vector[i] * images[b].vector[i];
      pairs.push({ score: dot, genuine: images[a].label === images[b].label });
    }
  }
  pairs.sort((x, y) => y.score - x.score);
  return pairs.length;
}

const ways = {
  'evaluateVectors, a score': () => evaluateVectors(images, { unknown, operatingPoint: { asked: 0.7 } }),
  'evaluateVectors, { fpir: 0.01 } beside strangers': () =>
    evaluateVectors(images, { unknown, operatingPoint: { asked: { fpir: 0.01 }, judge } }),
  'calibrateVectors, fpr': () => calibrateVectors(images, { rate: { fpr: 1e-3 } }),
  'calibrateVectors, fpir, per label': () =>
    calibrateVectors(images, { rate: { fpir: 0.01 }, perLabel: true }),
  'by hand: one sorted list of pairs, one curve': naive,
};
const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
let highest = 0;
for (let round = 0; round < rounds; round++) {
  for (const [way, work] of Object.entries(ways)) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    times[way].push((user + system) / 1e6);
    if (way !== Object.keys(ways).at(-1)) highest = Math.max(highest, process.memoryUsage().rss);
    globalThis.gc?.();
  }
  // Its list of pairs would count against the others.
  if (round === 0)
    console.log(`  resident after each way but the last, at the most: ${(highest / 2 ** 20).toFixed(0)} MB`);
}
printTable(
  ['way', 'processor seconds, median', 'fastest'],
  Object.entries(times).map(([way, seconds]) => [
    way,
    median(seconds).toFixed(2),
    Math.min(...seconds).toFixed(2),
  ]),
);
