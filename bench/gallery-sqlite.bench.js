/**
 * What does the SQLite gallery cost and bring?
 *
 * Beside what one writes first with the same driver: a table of vectors, read row by row for each question.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGallery } from '@docclf/gallery';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import Database from 'libsql';
import { interleave, timed } from './lib/interleave.js';
import { gaussianFrom, randomFrom } from './lib/random.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio } from './lib/statistics.js';

const dimension = 256;
const space = { id: 'bench@1', dimension };
const top = 5;
/** References in one commit. */
const batch = 1000;
const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));

printHeading(
  `SQLite: top ${top}, first answer and registration, ${dimension} dimensions, beside a plain table`,
);
/** @type {string[][]} */
const searches = [];
/** @type {string[][]} */
const writes = [];
try {
  for (const count of [10_000, 100_000]) await measure(count);
} finally {
  rmSync(folder, { recursive: true });
}
printTable(
  ['references', 'docclf ms', 'table ms', 'table / docclf', 'to the first answer, docclf / table'],
  searches,
);
printTable(['references', 'docclf a second', 'table a second', 'docclf / table'], writes);

/** @param {number} count */
async function measure(count) {
  const gaussian = gaussianFrom(randomFrom(1));
  const vectors = Array.from({ length: count + rounds + 1 }, () => unitVector(gaussian));
  const queries = vectors.splice(count);
  const file = join(folder, `${count}.db`);
  const plainFile = join(folder, `${count}-plain.db`);

  let gallery = await openGallery(createSqliteStore({ file }), space);
  const plain = openTable(plainFile);
  const references = vectors.map((vector, i) => ({ id: `r${i}`, label: `type-${i % 997}`, vector }));
  /** @type {Record<string, number[]>} */
  const registration = { docclf: [], table: [] };
  for (let i = 0; i < count; i += batch) {
    const part = references.slice(i, i + batch);
    registration.docclf.push(await timed(() => gallery.add(part)));
    registration.table.push(await timed(() => plain.insert(part)));
  }
  await gallery.close();

  /** @type {Record<string, string[]>} */
  const found = { docclf: [], table: [] };
  const first = await timed(async () => {
    gallery = await openGallery(createSqliteStore({ file }), space);
    await gallery.nearest(queries[rounds], top);
  });
  const plainFirst = await timed(() => openTable(plainFile).nearest(queries[rounds]));
  const times = await interleave(
    {
      docclf: (round) =>
        timed(async () => {
          const best = await gallery.nearest(queries[round], top);
          found.docclf[round] = best.map(({ id }) => id).join();
        }),
      table: (round) =>
        timed(() => {
          found.table[round] = plain.nearest(queries[round]).join();
        }),
    },
    { rounds, warmUp: 1 },
  );
  await gallery.close();
  if (found.docclf.join(' ') !== found.table.join(' '))
    throw new Error('The two found different references.');
  const short = (/** @type {ReturnType<typeof pairedRatio>} */ ratio) =>
    ratioText(ratio).replace('half of the rounds between ', '');
  searches.push([
    count.toLocaleString('en'),
    median(times.docclf).toFixed(2),
    median(times.table).toFixed(2),
    short(pairedRatio(times.table, times.docclf)),
    (first / plainFirst).toFixed(2),
  ]);
  writes.push([
    count.toLocaleString('en'),
    ((1000 * batch) / median(registration.docclf)).toFixed(0),
    ((1000 * batch) / median(registration.table)).toFixed(0),
    short(pairedRatio(registration.table, registration.docclf)),
  ]);
}

/**
 * The named alternative: a table, and a loop over it.
 *
 * @param {string} file
 */
function openTable(file) {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS reference (id TEXT PRIMARY KEY, label TEXT, vector BLOB)');
  const insertOne = database.prepare('INSERT INTO reference VALUES (?, ?, ?)');
  const all = database.prepare('SELECT id, vector FROM reference WHERE vector IS NOT NULL');
  return {
    /** @param {readonly { id: string, label: string, vector: Float32Array }[]} references */
    insert(references) {
      database.exec('BEGIN');
      for (const { id, label, vector } of references) {
        insertOne.run(id, label, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
      }
      database.exec('COMMIT');
    },
    /** @param {Float32Array} query */
    nearest(query) {
      /** @type {{ id: string, sum: number }[]} */
      const best = [];
      for (const row of all.iterate()) {
        const { id, vector } = /** @type {{ id: string, vector: ArrayBuffer }} */ (row);
        const values = new Float32Array(vector);
        let sum = 0;
        for (let i = 0; i < dimension; i++) sum += values[i] * query[i];
        if (best.length === top && sum <= best[top - 1].sum) continue;
        best.push({ id, sum });
        best.sort((a, b) => b.sum - a.sum).splice(top);
      }
      return best.map(({ id }) => id);
    },
  };
}

/** @param {() => number} gaussian */
function unitVector(gaussian) {
  const vector = Float32Array.from({ length: dimension }, gaussian);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
