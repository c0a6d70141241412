/**
 * How fast is a large registration beside a classification of the same pictures?
 *
 * The pictures' vectors are given (a network takes the same time in both, and hides what the gallery takes), so that what is
 * left is the gallery, the lint and the store. Milliseconds of the processor, a registration beside a classification.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClassifier, spaceOf } from '@docclf/core';
import { lintRegistration } from '@docclf/core/lint';
import { openGallery } from '@docclf/gallery';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { createFileStore, loadModel } from '@docclf/node';
import { randomFrom } from './lib/random.js';

const total = Number(process.argv[2] ?? 20_000);
const step = Math.max(1, Math.round(total / 4));
const { manifest, cohort } = await loadModel();
const random = randomFrom(7);

function vectorOf() {
  const vector = Float32Array.from(
    { length: manifest.output.dimension },
    () => random() + random() + random() - 1.5,
  );
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** Answers at once with the vector that it is asked for. */
const embedder = {
  manifest,
  cohort,
  embed: async (sources) =>
    sources.map(({ vector, hash }) => ({
      vector,
      views: [{ vector, angle: 0, found: 'whole' }],
      width: 1000,
      height: 1400,
      sourceHash: hash,
      quality: { width: 1000, height: 1400, sharpness: 1000, glare: 0, contrast: 0.8 },
      timings: { prepare: 0, infer: 0 },
    })),
  close: async () => {},
};

const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const stores = {
  SQLite: () => createSqliteStore({ file: join(folder, 'g.db') }),
  'gallery file': () => createFileStore(join(folder, 'g.docclf')),
};
for (const [name, createStore] of Object.entries(stores)) {
  const gallery = await openGallery(createStore(), spaceOf(manifest));
  const classifier = createClassifier({ embedder, gallery, lint: lintRegistration, concurrency: 3 });
  for (let from = 0; from < total; from += step) {
    const sources = Array.from({ length: step }, (_, i) => ({
      vector: vectorOf(),
      hash: (from + i).toString(16).padStart(8, '0').padEnd(64, '0'),
    }));
    const items = sources.map((source, i) => ({ source, label: `type/${(from + i) % 500}` }));
    const registered = await perItem(classifier.registerMany(items));
    const classified = await perItem(classifier.classifyMany(sources.slice(0, 500)));
    console.log(
      `${name}, references ${from} to ${from + step}: ${registered.toFixed(2)} ms a registration, ${classified.toFixed(2)} ms a classification, both without the network`,
    );
  }
  await classifier.close();
}
rmSync(folder, { recursive: true });

/** Processor time, which neighbours do not change. */
async function perItem(outcomes) {
  const start = process.cpuUsage();
  let items = 0;
  for await (const outcome of outcomes) {
    if (!outcome.ok) throw outcome.error;
    items++;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / items;
}
