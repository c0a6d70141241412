/**
 * How long until a new process gives its first answer, and how much of that is ours?
 *
 * Beside the bare libraries: import sharp and onnxruntime-node, open the same model, do nothing.
 * `npm run bench -- cold-start`, or `node bench/cold-start.bench.js <rounds>`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { manifestFile, readModelCard } from './lib/by-hand.js';
import { interleave } from './lib/interleave.js';
import { printHeading, printTable } from './lib/report.js';
import { median, quantile } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 20);
const execute = promisify(execFile);
const pathOf = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const picture = pathOf('../fixtures/documents/references/id-front.jpg');
const model = fileURLToPath(new URL((await readModelCard()).file, manifestFile));

printHeading('cold start: a new process up to its first answer');

const { docclf, bare } = await interleave(
  {
    docclf: () => coldRun(pathOf('./lib/cold-docclf.js'), picture),
    bare: () => coldRun(pathOf('./lib/cold-bare.js'), model),
  },
  { rounds, warmUp: 2 },
);

const stages = /** @type {const} */ ([
  ['start of node', 'node'],
  ['import', 'import'],
  ['load and test the model', 'load'],
  ['register and classify', 'answer'],
  ['total', 'total'],
  ['processor time, all threads', 'processor'],
]);
const of = (/** @type {typeof docclf} */ runs, /** @type {typeof stages[number][1]} */ stage) =>
  runs.map((run) => run[stage]);
printTable(
  ['milliseconds, medians', 'docclf', 'bare libraries'],
  [
    ...stages.map(([label, stage]) => [
      label,
      median(of(docclf, stage)),
      stage === 'answer' ? '-' : median(of(bare, stage)),
    ]),
    ['total, fastest tenth', quantile(of(docclf, 'total'), 0.1), quantile(of(bare, 'total'), 0.1)],
  ],
);
const ours = docclf.map(({ total }, i) => total - bare[i].total);
console.log(
  `  Over the bare libraries: ${median(ours).toFixed(0)} ms, with the first two pictures; ${rounds} rounds.\n`,
);

/**
 * @param {string} script
 * @param {string} parameter
 */
async function coldRun(script, parameter) {
  const start = performance.timeOrigin + performance.now();
  const { stdout } = await execute(process.execPath, [script, parameter]);
  const { processor, begun, imported, loaded, answered } = JSON.parse(stdout);
  return {
    node: begun - start,
    import: imported - begun,
    load: loaded - imported,
    answer: answered - loaded,
    total: answered - start,
    processor,
  };
}
