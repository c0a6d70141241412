/** What does looking at a reference cost at registration, and a whole gallery? `npm run bench -- lint`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lintGallery, lintRegistration } from '@docclf/core/lint';
import { createDocClassifier, createMemoryGallery, listImageFiles } from '@docclf/node';
import { fillGallery, unitVectors } from './lib/references.js';
import { printHeading, printTable } from './lib/report.js';

const sizes = [100, 1000, 5000];
const quality = { width: 800, height: 600, sharpness: 300, glare: 0, contrast: 0.9 };

printHeading('lint: what looking costs');
const rows = [];
for (const size of sizes) {
  const gallery = await createMemoryGallery({ id: 'bench', dimension: 512 });
  await fillGallery(gallery, size);
  const search = [];
  const once = [];
  const first = [];
  for (const [i, vector] of unitVectors(512, 60, 2).entries()) {
    const began = performance.now();
    await gallery.nearestLabels(vector, 3);
    search.push(performance.now() - began);
    for (const [times, label] of [
      [once, `type-${i % 10}`],
      [first, `new-${i}`],
    ]) {
      const start = performance.now();
      await lintRegistration({
        reference: { label, vector },
        quality,
        turned: undefined,
        earlier: [],
        gallery,
        reached: async () => undefined,
      });
      times.push(performance.now() - start);
    }
  }
  const start = performance.now();
  await lintGallery(gallery, {
    reached: async (_, { score }) => (score >= 0.7 ? 0.7 : undefined),
  });
  const each = (performance.now() - start) / size;
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  rows.push([
    String(size),
    ...[median(search), median(once), median(first), each].map((ms) => ms.toFixed(2)),
  ]);
}
printTable(
  ['references', 'ms, a search', 'one more of a label', 'the first of a label', 'each of `docclf lint`'],
  rows,
);

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data'), 'bench', 'aligned');
if (existsSync(folder)) {
  const files = await listImageFiles(folder);
  const seconds = { on: [], off: [] };
  for (let round = 0; round < 3; round++) {
    for (const way of round % 2 ? ['on', 'off'] : ['off', 'on']) {
      const classifier = await createDocClassifier({ lint: way === 'on' });
      const start = performance.now();
      const items = files.map((source) => ({ source, label: dirname(source).slice(folder.length + 1) }));
      for await (const outcome of classifier.registerMany(items)) if (!outcome.ok) throw outcome.error;
      seconds[way].push((performance.now() - start) / 1000);
      await classifier.close();
    }
  }
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const ratio = median(seconds.on.map((value, i) => value / seconds.off[i]));
  console.log(
    `${files.length} real images registered: ${median(seconds.off).toFixed(2)} s, with the lint ${ratio.toFixed(2)} times that.\n`,
  );
}
