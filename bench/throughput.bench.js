/**
 * How much more does `classifyMany` do with all cores than with one?
 *
 * The same program in processes of its own: pinned to one core (each round to another, since a neighbour
 * may sit on one of them), and free to use all, both with the default concurrency.
 * `npm run bench -- throughput`, or `node bench/throughput.bench.js <rounds>`.
 */
import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave } from './lib/interleave.js';
import { makePhotographs, oneMegapixel, twelveMegapixels } from './lib/photographs.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 7);
const cores = availableParallelism();
const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
const program = fileURLToPath(new URL('./lib/classify-many.js', import.meta.url));
const execute = promisify(execFile);

/** @typedef {{ imagesPerSecond: number, main: number | null, processor: number }} Measured */

printHeading(`throughput: classifyMany on ${cores} cores beside one`);
if (!canPin)
  console.log('  No taskset here: "one core" is concurrency 1, whose stages still use several threads.\n');

for (const [name, size, images] of /** @type {const} */ ([
  ['12 megapixels', twelveMegapixels, 60],
  ['1 megapixel', oneMegapixel, 240],
])) {
  const files = await makePhotographs(6, size);
  const node = [program, String(images), ...files];
  /** @type {Record<string, Measured[]>} */
  const { one, all, apart } = await interleave(
    {
      one: (round) =>
        canPin
          ? run('taskset', ['-c', String(round % cores), process.execPath, ...node])
          : run(process.execPath, node, { DOCCLF_BENCH_CONCURRENCY: '1' }),
      all: () => run(process.execPath, node),
      // What a pool of workers could bring at most: nothing shared, not even a main thread.
      apart: async () => {
        const runs = await Promise.all(Array.from({ length: cores }, () => run(process.execPath, node)));
        const sum = runs.reduce((total, { imagesPerSecond }) => total + imagesPerSecond, 0);
        return { ...runs[0], imagesPerSecond: sum };
      },
    },
    { rounds, warmUp: 1 },
  );
  const main = (/** @type {Measured[]} */ runs) => median(runs.map((run) => run.main ?? Number.NaN));
  const processor = (/** @type {Measured[]} */ runs) => median(runs.map((run) => run.processor));
  const row = (/** @type {string} */ label, /** @type {Measured[]} */ runs) => [
    label,
    median(runs.map((run) => run.imagesPerSecond)),
    processor(runs),
    main(runs),
  ];
  printTable(
    [`${name}, medians`, 'images a second', 'processor ms an image', 'of it main thread'],
    [row('one core', one), row(`${cores} cores`, all), row(`${cores} processes`, apart)],
  );
  const speed = (/** @type {Measured[]} */ runs) => runs.map((run) => run.imagesPerSecond);
  console.log(`  ${cores} cores do ${ratioText(pairedRatio(speed(all), speed(one)))} the work of one,`);
  console.log(`  ${cores} processes ${ratioText(pairedRatio(speed(apart), speed(one)))}.`);
  // Everything but the main thread's share can be spread over cores.
  const most = Math.min(cores, processor(one) / main(one));
  console.log(`  The main thread's share allows at most ${most.toFixed(2)} times.\n`);
}

/**
 * @param {string} command
 * @param {string[]} parameters
 * @param {Record<string, string>} [environment]
 * @returns {Promise<Measured>}
 */
async function run(command, parameters, environment = {}) {
  const { stdout } = await execute(command, parameters, { env: { ...process.env, ...environment } });
  return JSON.parse(stdout);
}
