/**
 * Sets up, runs every test, and closes with one line: `N passed, N failed, N skipped`. With `--fill` the tables of browsers and
 * bundlers in the README of `@docclf/web` are written as they were found.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aligned, fill, tablesOf } from './browser-tables.mjs';
import { root, run } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
const folder = mkdtempSync(join(tmpdir(), 'docclf-test-'));
const report = join(folder, 'report.json');
// What the tests found of each browser; see packages/web/test/engines.ts.
const engines = join(folder, 'engines.ndjson');
process.env.DOCCLF_ENGINES = engines;
const status = run('npx', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2).filter((argument) => argument !== '--fill'),
]);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
  readFileSync(report, 'utf8'),
);
const found = existsSync(engines) ? readFileSync(engines, 'utf8').trim().split('\n') : [];
rmSync(folder, { recursive: true });
printFound(found.map((line) => JSON.parse(line)));
// A file that cannot be loaded holds no failed test, and is a failure all the same.
const failed = status === 0 ? 0 : Math.max(numFailedTests, numFailedTestSuites, 1);
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status;

/** @param {readonly object[]} rows see packages/web/test/engines.ts */
function printFound(rows) {
  const compared = rows
    .filter((row) => 'engine' in row)
    .map((row) =>
      'missing' in row
        ? [row.engine, `not asked: there is ${row.missing}`]
        : [row.engine, row.what, String(row.pictures), row.leastCosine.toFixed(7)],
    );
  if (compared.length > 0)
    console.log(
      `${aligned([['engine', 'what', 'pictures', "least cosine with Node's vector"], ...compared])}\n`,
    );
  const told = rows.filter((row) => !('engine' in row));
  if (told.length === 0) return;
  console.log(`${tablesOf(told)}\n`);
  if (!process.argv.includes('--fill')) return;
  const readme = join(root, 'packages/web/README.md');
  writeFileSync(readme, fill(readFileSync(readme, 'utf8'), told));
}
