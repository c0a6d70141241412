/**
 * `npm run conformance [-- --scale 100000] [folder …]`: the published suite over every store, as one table.
 *
 * A store is found by a test file that calls `galleryConformance`. What such a file tests besides is run and
 * counted too, since it is what is peculiar to the store. Ends with 1 when a test fails.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { scale: { type: 'string' } } });
const scale = Number(values.scale ?? 2000);
if (!Number.isInteger(scale) || scale < 10) {
  console.error(`--scale must be a whole number from 10, not ${values.scale}.`);
  process.exit(2);
}
if (values.scale !== undefined) process.env.DOCCLF_CONFORMANCE_SCALE = values.scale;
setUp({ quiet: true });
const { conformanceTests } = await import('../packages/gallery/dist/conformance.js');

/** Tests of the suite and of the gallery above a store: their stores are made up. */
const madeUp = /packages.gallery.src.(conformance|gallery)\.test\.ts$/;

/** By store: its counts, what it reported, what is excepted and why it is not here. */
const stores = new Map();
const failures = [];
const storeOf = (name) => {
  const known = stores.get(name);
  if (known) return known;
  const created = { passed: 0, failed: 0, excepted: [], faults: 0, reports: [], missing: '' };
  stores.set(name, created);
  return created;
};

/** `store: test`, `store: test (excepted: reason)`, or `store: skipped, since …`. */
function parse(text) {
  for (const test of conformanceTests) {
    const [, store, reason] =
      text.match(new RegExp(`^(.+?): ${literal(test)}(?: \\(excepted: (.*)\\))?$`)) ?? [];
    if (store !== undefined) return { store, test, reason };
  }
}
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What also runs in a browser is another store there. */
const nameOf = (store, { name }) => (name.startsWith('browser') ? `${store} (browser)` : store);

const reporter = {
  onTestCaseResult(testCase) {
    const { state, errors } = testCase.result();
    const known = parse(testCase.name);
    if (state === 'failed') failures.push(`${testCase.fullName}\n    ${errors[0]?.message.split('\n')[0]}`);
    if (!known) {
      const [, name, reason] = /^(.+?): (skipped.*)$/.exec(testCase.name) ?? [];
      if (state === 'skipped' && name) storeOf(nameOf(name, testCase.project)).missing = reason;
      return;
    }
    const store = storeOf(nameOf(known.store, testCase.project));
    if (state === 'skipped') store.missing = 'skipped';
    else if (state === 'failed') store.failed++;
    else if (known.reason === undefined) store.passed++;
    else store.excepted.push(`${known.test}: ${known.reason}`);
    if (known.test.startsWith('faults: ') && state === 'passed') store.faults++;
    process.stderr.write(state === 'passed' ? '.' : state === 'failed' ? 'F' : 's');
  },
  onUserConsoleLog({ content, taskId }) {
    const project = vitest.state.getReportedEntity(vitest.state.idMap.get(taskId))?.project ?? { name: '' };
    for (const line of content.split('\n')) {
      const [, name, text] = /^(.+?): ((?:recall@1|same label|scale) .*)$/.exec(line) ?? [];
      if (name) storeOf(nameOf(name, project)).reports.push(text);
    }
  },
};

const vitest = await createVitest('test', {
  root,
  watch: false,
  silent: false,
  // Two stores on one disk or processor make each other wait.
  fileParallelism: false,
  testTimeout: Math.max(60_000, 12 * scale),
  reporters: [reporter],
});
const found = await vitest.globTestSpecifications(positionals);
const specifications = found.filter(({ moduleId }) => {
  return !madeUp.test(moduleId) && readFileSync(moduleId, 'utf8').includes('galleryConformance(');
});
const { testModules } = await vitest.runTestSpecifications(specifications, true);
for (const module of testModules) {
  for (const { message } of module.errors())
    failures.push(`${module.relativeModuleId}\n    ${message.split('\n')[0]}`);
}
await vitest.close();

const allFaults = conformanceTests.filter((name) => name.startsWith('faults: ')).length;
const rows = [...stores].map(([name, { passed, failed, excepted, faults, reports, missing }]) =>
  missing && passed + failed === 0
    ? [name, '-', '-', '-', '-', missing]
    : [name, passed, failed, excepted.length, `${faults} of ${allFaults}`, reports.join('; ')],
);
const head = ['store', 'passed', 'failed', 'excepted', 'faults tried', 'measured'];
const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => String(row[column]).length)));
console.log();
for (const row of [head, widths.map((width) => '-'.repeat(width)), ...rows]) {
  const cells = row.map((cell, column) => String(cell).padEnd(widths[column]));
  console.log(`| ${cells.join(' | ')} |`);
}
const exceptions = [...stores].flatMap(([name, { excepted }]) => excepted.map((text) => `${name}: ${text}`));
console.log(exceptions.length > 0 ? `\nExceptions:\n  ${exceptions.join('\n  ')}` : '\nNo exceptions.');
if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
process.exitCode = failures.length > 0 || specifications.length === 0 ? 1 : 0;
