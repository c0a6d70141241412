/**
 * What does a gallery in a Chroma server cost?
 *
 * Beside the gallery in memory. Needs the server of `node scripts/servers.mjs`.
 */
import { createChromaStore } from '@docclf/gallery-chroma';
import { measureServer, serverColumns } from './lib/database.js';
import { printHeading, printTable } from './lib/report.js';
import { startChroma } from './lib/servers.js';

const rounds = Number(process.argv[2] ?? 15);
/** As the second argument, with commas between them. */
const counts = (process.argv[3] ?? '10000,100000').split(',').map(Number);
const server = await startChroma();

printHeading('Chroma: top 5, 256 dimensions, beside the gallery in memory');
/** @type {string[][]} */
const rows = [];
try {
  for (const count of counts) {
    const before = server.bytes();
    const createStore = () => createChromaStore({ url: `${server.url}/bench-${count}` });
    rows.push(await measureServer('chroma', count, rounds, createStore, async () => server.bytes() - before));
  }
} finally {
  await server.remove();
}
printTable(serverColumns, rows);
