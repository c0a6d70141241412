/**
 * Does the drift monitor notice strangers among the probes, and what does it cost?
 *
 * Results of real probes: cut out documents of registered types, and more and more unknown documents among them.
 * Images are not in the repository. `npm run bench -- drift`.
 */

import { createDriftMonitor } from '@docclf/core/drift';
import { readDevBenchmark } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { classifierOver } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';

const repeats = Number(process.argv[2] ?? 300);
const windows = [50, 200, 500];
const shares = [0, 0.02, 0.05, 0.1, 0.2];

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('drift: windows that are reported, by the share of strangers that came in');
  const { known, strangers } = await resultsOf(benchmark);
  const random = randomFrom(1);
  const draw = (results) => results[Math.floor(random() * results.length)];
  const rows = windows.map((window) => [
    String(window),
    ...shares.map((share) => {
      let reported = 0;
      for (let i = 0; i < repeats; i++) {
        const onEvent = (event) => {
          if (event.kind === 'window' && event.drifted.length > 0) reported++;
        };
        const monitor = createDriftMonitor({ window, onEvent });
        for (let k = 0; k < window; k++) monitor.observe(draw(known));
        for (let k = 0; k < window; k++) monitor.observe(draw(random() < share ? strangers : known));
      }
      return `${((100 * reported) / repeats).toFixed(1)} %`;
    }),
  ]);
  printTable(['results a window', ...shares.map((share) => `${100 * share} % strangers`)], rows);
  printTable(
    ['results a window', 'microseconds a result', 'milliseconds, the tests of a window'],
    [...windows, 2000].map((window) => [String(window), ...costOf(window, known, draw)]),
  );
}

/** Medians; the tests run with the last result of a window. */
function costOf(window, known, draw) {
  const monitor = createDriftMonitor({ window, onEvent: () => {} });
  const singles = [];
  const tests = [];
  for (let round = 0; round < 12; round++) {
    const results = Array.from({ length: window }, () => draw(known));
    let start = performance.now();
    for (const result of results.slice(1)) monitor.observe(result);
    singles.push((1000 * (performance.now() - start)) / (window - 1));
    start = performance.now();
    monitor.observe(results[0]);
    tests.push(performance.now() - start);
  }
  const median = (times) => times.slice(2).sort((a, b) => a - b)[5];
  return [median(singles).toFixed(2), median(tests).toFixed(2)];
}

/** One reference a type; the other cut out documents, and the unknown ones, are probes. */
async function resultsOf({ samples, vectors, model }) {
  const cut = samples.filter(({ stratum }) => stratum === 'aligned' || stratum === 'filled');
  const references = new Map();
  for (const sample of cut) {
    if (!references.has(sample.type) || sample.catalogue) references.set(sample.type, sample);
  }
  const classifier = await classifierOver(
    model,
    [...references.values()].map(({ index, type }) => ({ label: type, vector: vectors[index] })),
  );
  const chosen = new Set(references.values());
  const resultsOfAll = (probes) =>
    Promise.all(probes.map(({ index }) => classifier.classify({ vector: vectors[index] })));
  const results = {
    known: await resultsOfAll(cut.filter((sample) => !chosen.has(sample))),
    strangers: await resultsOfAll(samples.filter(({ stratum }) => stratum === 'unknown')),
  };
  await classifier.close();
  return results;
}
