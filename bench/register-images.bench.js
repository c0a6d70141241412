/**
 * Does a large registration of pictures stay as fast as it began, and how fast is it beside a classification of the same?
 *
 * Drawn mail of 500 types goes into a database and into a gallery file, 40 documents a type; after each step, some of it is
 * classified. Everything runs, decoder and network too. Milliseconds of the processor, which neighbours do not change.
 * `node bench/register-images.bench.js <pictures> <step> <folder>`: with a folder, it goes on where it stopped.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { createDocClassifier, createFileStore } from '@docclf/node';
import { drawMail } from './lib/drawn-mail.js';
import { printTable } from './lib/report.js';

const total = Number(process.argv[2] ?? 20_000);
const step = Number(process.argv[3] ?? 1000);
const kept = process.argv[4];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'docclf-bench-'));
mkdirSync(folder, { recursive: true });
const types = 500;
const classified = Math.round(step / 5);
const stores = {
  SQLite: () => createSqliteStore({ file: join(folder, 'g.db') }),
  file: () => createFileStore(join(folder, 'g.docclf')),
};

const log = join(folder, 'rows.json');
/** @type {(string | number)[][]} */
const rows = existsSync(log) ? JSON.parse(readFileSync(log, 'utf8')) : [];
const pictureOf = (number) => drawMail(number % types, Math.floor(number / types));

const start = performance.now();
for (let from = rows.length * step; from < total; from += step) {
  // Of each step some of its own pictures, drawn before any clock runs.
  const pictures = await Promise.all(Array.from({ length: step }, (_, i) => pictureOf(from + i)));
  const items = pictures.map((source, i) => ({
    source,
    label: `kind-${((from + i) % types) % 25}/type-${(from + i) % types}`,
  }));
  const row = [`${from} to ${from + step}`];
  for (const createStore of Object.values(stores)) {
    const classifier = await createDocClassifier({ gallery: createStore(), thumbnails: true });
    const registered = await perItem(classifier.registerMany(items));
    const answered = await perItem(classifier.classifyMany(pictures.slice(0, classified)));
    await classifier.close();
    row.push(registered, answered, (answered / registered).toFixed(2));
  }
  rows.push(row);
  writeFileSync(log, JSON.stringify(rows));
  // A run that goes on later ends in between.
  if (kept && performance.now() - start > 300_000) break;
}
printTable(
  [
    'references',
    ...Object.keys(stores).flatMap((name) => [
      `${name}: registration ms`,
      'classification ms',
      'rate beside it',
    ]),
  ],
  rows,
);
if (!kept) rmSync(folder, { recursive: true });

async function perItem(outcomes) {
  const before = process.cpuUsage();
  let items = 0;
  for await (const outcome of outcomes) {
    if (!outcome.ok) throw outcome.error;
    items++;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / items;
}
