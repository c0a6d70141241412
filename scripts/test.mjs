/** Sets up, runs every test, and closes with one line: `N passed, N failed, N skipped`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
const folder = mkdtempSync(join(tmpdir(), 'docclf-test-'));
const report = join(folder, 'report.json');
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
rmSync(folder, { recursive: true });
// A file that cannot be loaded holds no failed test, and is a failure all the same.
const failed = status === 0 ? 0 : Math.max(numFailedTests, numFailedTestSuites, 1);
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status;
