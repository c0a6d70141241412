/** Sets up, runs every test, and closes with one line: `N passed, N failed, N skipped`. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
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
  ...process.argv.slice(2),
]);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
  readFileSync(report, 'utf8'),
);
const found = existsSync(engines) ? readFileSync(engines, 'utf8').trim().split('\n') : [];
rmSync(folder, { recursive: true });
printEngines(found.map((line) => JSON.parse(line)));
// A file that cannot be loaded holds no failed test, and is a failure all the same.
const failed = status === 0 ? 0 : Math.max(numFailedTests, numFailedTestSuites, 1);
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status;

/** @param {readonly ({ engine: string, what: string, pictures: number, leastCosine: number } | { engine: string, missing: string })[]} rows */
function printEngines(rows) {
  if (rows.length === 0) return;
  const cells = rows.map((row) =>
    'missing' in row
      ? [row.engine, `not asked: there is ${row.missing}`]
      : [row.engine, row.what, String(row.pictures), row.leastCosine.toFixed(7)],
  );
  const table = [['engine', 'what', 'pictures', "least cosine with Node's vector"], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
