/**
 * How fast is the exact top 5 among many references?
 *
 * The gallery's matrix beside the loop that anyone would write, and beside usearch's exact search.
 */
import { createRowMatrix } from '@docclf/gallery';
import usearch from 'usearch';
import { interleave, timed } from './lib/interleave.js';
import { gaussianFrom, randomFrom } from './lib/random.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio } from './lib/statistics.js';

const dimension = 256;
const top = 5;
const rounds = Number(process.argv[2] ?? 15);

printHeading(`How fast is the exact top ${top} among many references of ${dimension} dimensions?`);
const rows = [];
for (const count of [10_000, 100_000, 1_000_000]) {
  const values = unitRows(count);
  const matrix = createRowMatrix(dimension);
  for (let row = 0; row < count; row++) {
    matrix.append(values.subarray(row * dimension, (row + 1) * dimension));
  }
  const queries = Array.from({ length: rounds + 2 }, (_, i) => unitRows(1, i + 1));
  /** @type {Record<string, number[][]>} */
  const found = { docclf: [], loop: [], usearch: [] };
  const times = await interleave(
    {
      docclf: (round) =>
        timed(() => {
          const best = matrix.nearest(queries[round], top, (a, b) => a < b);
          found.docclf[round] = best.map(({ row }) => row);
        }),
      loop: (round) =>
        timed(() => {
          found.loop[round] = plainLoop(values, queries[round]);
        }),
      usearch: (round) =>
        timed(() => {
          const { keys } = usearch.exactSearch(values, queries[round], dimension, top, usearch.MetricKind.IP);
          found.usearch[round] = Array.from(keys, Number);
        }),
    },
    { rounds, warmUp: 2 },
  );
  for (const [round, best] of found.docclf.entries()) {
    if (String(best) !== String(found.loop[round])) throw new Error(`round ${round}: the loop found others`);
  }
  const same = found.usearch.filter((best, round) => String(best) === String(found.docclf[round])).length;
  rows.push([
    count.toLocaleString('en'),
    median(times.docclf).toFixed(2),
    median(times.loop).toFixed(2),
    median(times.usearch).toFixed(2),
    ratioText(pairedRatio(times.loop, times.docclf)).replace('half of the rounds between ', ''),
    ratioText(pairedRatio(times.usearch, times.docclf)).replace('half of the rounds between ', ''),
    `${same} of ${found.usearch.length}`,
  ]);
}
printTable(
  ['references', 'docclf ms', 'loop ms', 'usearch ms', 'loop / docclf', 'usearch / docclf', 'usearch agrees'],
  rows,
);

/**
 * The loop that anyone would write, with a sensible way to keep the best.
 *
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

/**
 * @param {number} count
 * @param {number} [seed]
 */
function unitRows(count, seed = 0) {
  const gaussian = gaussianFrom(randomFrom(seed));
  const values = new Float32Array(count * dimension);
  for (let start = 0; start < values.length; start += dimension) {
    let norm = 0;
    for (let i = 0; i < dimension; i++) {
      values[start + i] = gaussian();
      norm += values[start + i] ** 2;
    }
    for (let i = 0; i < dimension; i++) values[start + i] /= Math.sqrt(norm);
  }
  return values;
}
