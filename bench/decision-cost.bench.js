/**
 * What does a decision beside strangers cost, next to the search that it follows?
 *
 * Among references in memory: the search alone, classification with a plain score as threshold by a model without
 * strangers, and by the model as it is. Both start from a known vector, so that neither decodes nor runs the network.
 * `npm run bench -- decision-cost`.
 */
import { createSignificance } from '@docclf/core';
import { createMemoryGallery, labelsToDecide, loadModel, spaceOf } from '@docclf/node';
import { interleave } from './lib/interleave.js';
import { classifierOver } from './lib/recorded.js';
import { unitVectors } from './lib/references.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio, quantile } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 30);
const probesARound = 50;
const sizes = [1000, 10_000];
const perLabel = [1, 10];

const { manifest, cohort } = await loadModel();
if (cohort === undefined) throw new Error('The model has no strangers: nothing to measure.');
printHeading('decision cost: strangers beside the search');
const { dimension } = manifest.output;
const probes = unitVectors(dimension, probesARound, 2).map((vector) => ({ vector }));

const rows = [];
for (const size of sizes) {
  for (const each of perLabel) rows.push(await measure(size, each));
}
console.log(
  `Microseconds a probe, medians of ${rounds} rounds of ${probesARound}; ${cohort.length} kinds of strangers.\n`,
);
printTable(
  [
    'references, labels',
    'search',
    'classify, no strangers',
    'classify',
    'strangers add',
    'fastest tenth',
    'times the search',
    'half of the rounds',
  ],
  rows,
);
await measureTails();

async function measure(size, each) {
  const references = unitVectors(dimension, size).map((vector, i) => ({
    label: `type-${Math.floor(i / each)}`,
    vector,
  }));
  const gallery = await createMemoryGallery(spaceOf(manifest));
  await gallery.add(references.map((reference, i) => ({ ...reference, id: `${i}` })));
  const without = await classifierOver({ manifest, cohort: undefined }, references, { threshold: 0.8 });
  const classifier = await classifierOver({ manifest, cohort }, references);
  const microseconds = async (work) => {
    const start = performance.now();
    for (const probe of probes) await work(probe);
    return (1000 * (performance.now() - start)) / probes.length;
  };
  const times = await interleave(
    {
      search: () => microseconds(({ vector }) => gallery.nearestLabels(vector, labelsToDecide)),
      without: () => microseconds((probe) => without.classify(probe)),
      with: () => microseconds((probe) => classifier.classify(probe)),
    },
    { rounds, warmUp: 5 },
  );
  await Promise.all([gallery.close(), without.close(), classifier.close()]);
  const added = times.with.map((time, i) => time - times.without[i]);
  const ratio = pairedRatio(times.with, times.search);
  return [
    `${size.toLocaleString('en')}, ${(size / each).toLocaleString('en')}`,
    median(times.search),
    median(times.without),
    median(times.with),
    median(added),
    quantile(added, 0.1),
    ratio.median.toFixed(2),
    `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`,
  ];
}

/** One vector's cosines with all strangers, and their tails. */
async function measureTails() {
  const significance = createSignificance(cohort);
  const strangers = cohort.flatMap(({ vectors }) => vectors);
  const loop = (vector) => {
    let best = -1;
    for (const stranger of strangers) {
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += stranger[i] * vector[i];
      if (sum > best) best = sum;
    }
    return best;
  };
  const microseconds = (work) => {
    const start = performance.now();
    for (const { vector } of probes) work(vector);
    return (1000 * (performance.now() - start)) / probes.length;
  };
  const times = await interleave(
    {
      tails: async () => microseconds(significance.tailsOf),
      loop: async () => microseconds(loop),
    },
    { rounds, warmUp: 5 },
  );
  console.log(
    `Tails of one vector among ${strangers.length} strangers: ${median(times.tails).toFixed(0)} microseconds; their products alone\n` +
      `in a plain loop ${median(times.loop).toFixed(0)}, ${ratioText(pairedRatio(times.loop, times.tails))} as long.\n`,
  );
}
