/** What does an explanation cost beside one classification? `npm run bench -- explain`. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explain } from '@docclf/core/explain';
import { createDocClassifier } from '@docclf/node';
import { printHeading, printTable } from './lib/report.js';

const rounds = Number(process.argv[2] ?? 3);
const documents = fileURLToPath(new URL('../fixtures/documents/', import.meta.url));

printHeading('explain: the evidence of one answer');
const classifier = await createDocClassifier({ thumbnails: true });
for (const file of readdirSync(`${documents}references`)) {
  await classifier.register(`${documents}references/${file}`, { label: file });
}
const probes = readdirSync(`${documents}probes`)
  .slice(0, 8)
  .map((file) => `${documents}probes/${file}`);
const ways = {
  classify: (probe) => classifier.classify(probe),
  'classify, rotations': (probe) => classifier.classify(probe, { rotations: true }),
  'explain, grid 4': (probe) => explain(classifier, probe, { grid: 4 }),
  'explain, grid 8': (probe) => explain(classifier, probe, { grid: 8 }),
};
const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round <= rounds; round++) {
  for (const probe of probes) {
    for (const [way, run] of Object.entries(ways)) {
      const start = performance.now();
      await run(probe);
      // The first round warms up.
      if (round > 0) times[way].push(performance.now() - start);
    }
  }
}
await classifier.close();
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const once = median(times.classify);
printTable(
  ['', 'milliseconds, median', 'times one classification'],
  Object.entries(times).map(([way, values]) => [
    way,
    median(values).toFixed(1),
    (median(values) / once).toFixed(1),
  ]),
);
