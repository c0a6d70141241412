/**
 * What does each store cost: search, bytes, registration, opening?
 *
 * Beside the plain JavaScript loop, usearch's exact search and sqlite-vec in the same run. A further store is one
 * more entry of `stores`. `node bench/gallery-stores.bench.js [rounds] [references …]`.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGallery } from '@docclf/gallery';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { createFileStore, createMemoryStore } from '@docclf/node';
import Database from 'libsql';
import { getLoadablePath } from 'sqlite-vec';
import usearch from 'usearch';
import { interleave, timed } from './lib/interleave.js';
import { unitVectors } from './lib/references.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio } from './lib/statistics.js';

const dimension = 256;
const space = { id: 'bench@1', dimension };
const top = 5;
const [rounds = 7, ...counts] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));

/** @type {Record<string, { create: (place: string) => import('@docclf/gallery').GalleryStore, batch: number, most: number }>} */
const stores = {
  memory: { create: createMemoryStore, batch: 10_000, most: 1e6 },
  // Each commit writes the whole file.
  file: { create: (place) => createFileStore(`${place}.docclf`), batch: 100_000, most: 1e5 },
  sqlite: { create: (place) => createSqliteStore({ file: `${place}.db` }), batch: 10_000, most: 1e6 },
};

printHeading(`Stores: top ${top} of ${dimension} dimensions, size, registration and opening`);
try {
  for (const count of counts.length > 0 ? counts : [1e4, 1e5]) await measure(count);
} finally {
  rmSync(folder, { recursive: true });
}

/** @param {number} count */
async function measure(count) {
  const vectors = unitVectors(dimension, count + rounds + 2);
  const queries = vectors.splice(count);
  const flat = new Float32Array(count * dimension);
  vectors.forEach((vector, i) => {
    flat.set(vector, i * dimension);
  });
  /** @type {Record<string, (query: Float32Array) => unknown>} */
  const ways = {
    'plain loop': (query) => plainLoop(flat, query),
    'usearch exactSearch': (query) =>
      Array.from(usearch.exactSearch(flat, query, dimension, top, usearch.MetricKind.IP).keys, Number),
  };
  /** @type {Record<string, (string | number)[]>} */
  const facts = { 'plain loop': ['1024', '-', '-'], 'usearch exactSearch': ['1024', '-', '-'] };
  const closing = [];
  for (const [name, { create, batch, most }] of Object.entries(stores)) {
    if (count > most) continue;
    const place = join(folder, `${name}-${count}`);
    let gallery = await openGallery(create(place), space);
    const registering = await timed(async () => {
      for (let i = 0; i < count; i += batch) {
        const part = vectors.slice(i, i + batch);
        await gallery.add(
          part.map((vector, j) => ({ id: `${i + j}`, label: `type-${(i + j) % 997}`, vector })),
        );
      }
    });
    let opening = Number.NaN;
    if (gallery.store.capabilities.persistent) {
      await gallery.close();
      opening = await timed(async () => {
        gallery = await openGallery(create(place), space);
        await gallery.nearest(queries[0], top);
      });
    }
    const opened = gallery;
    closing.push(() => opened.close());
    ways[name] = async (query) => (await opened.nearest(query, top)).map(({ id }) => Number(id));
    facts[name] = [bytesOf(`${name}-${count}`) / count, count / (registering / 1000), opening];
  }
  const table = new Database(join(folder, `vec-${count}.db`));
  table.loadExtension(getLoadablePath());
  table.exec(`CREATE VIRTUAL TABLE reference USING vec0(vector float[${dimension}] distance_metric=cosine)`);
  const insert = table.prepare('INSERT INTO reference (rowid, vector) VALUES (?, ?)');
  const registering = await timed(() => {
    table.exec('BEGIN');
    vectors.forEach((vector, i) => {
      insert.run([BigInt(i), Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)]);
    });
    table.exec('COMMIT');
  });
  const search = table.prepare(
    `SELECT rowid FROM reference WHERE vector MATCH ? AND k = ${top} ORDER BY distance`,
  );
  ways['sqlite-vec'] = (query) =>
    search.all([Buffer.from(query.buffer, query.byteOffset, query.byteLength)]).map(({ rowid }) => rowid);
  facts['sqlite-vec'] = [bytesOf(`vec-${count}`) / count, count / (registering / 1000), '-'];

  /** @type {Record<string, unknown[]>} */
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  const times = await interleave(
    Object.fromEntries(
      Object.entries(ways).map(([name, way]) => [
        name,
        (/** @type {number} */ round) =>
          timed(async () => {
            found[name][round] = await way(queries[round]);
          }),
      ]),
    ),
    { rounds, warmUp: 2 },
  );
  for (const [name, answers] of Object.entries(found)) {
    const different = answers.filter((ids, i) => String(ids) !== String(found['plain loop'][i])).length;
    if (different > 0) console.log(`  ${name} named others for ${different} of ${answers.length} queries`);
  }
  printTable(
    [
      `${count.toLocaleString('en')} references`,
      'top 5, ms',
      'times the plain loop',
      'bytes each',
      'registered a second',
      'first answer after opening, ms',
    ],
    Object.keys(ways).map((name) => [
      name,
      median(times[name]).toFixed(2),
      ratioText(pairedRatio(times['plain loop'], times[name])).replace('half of the rounds between ', ''),
      ...facts[name].map((fact) =>
        typeof fact === 'number' ? (Number.isNaN(fact) ? '-' : fact.toFixed(0)) : fact,
      ),
    ]),
  );
  for (const close of closing) await close();
  table.close();
}

/** Of the files that begin with this name. @param {string} name */
function bytesOf(name) {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}.`));
  return files.length === 0
    ? Number.NaN
    : files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/**
 * @param {Float32Array} values
 * @param {Float32Array} query
 */
function plainLoop(values, query) {
  /** @type {{ row: number, sum: number }[]} */
  const best = [];
  for (let row = 0; row < values.length / dimension; row++) {
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += values[row * dimension + i] * query[i];
    if (best.length === top && sum <= best[top - 1].sum) continue;
    best.push({ row, sum });
    best.sort((a, b) => b.sum - a.sum).splice(top);
  }
  return best.map(({ row }) => row);
}
