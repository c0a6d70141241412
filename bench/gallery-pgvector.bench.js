/**
 * What does a gallery in PostgreSQL cost, exact and with an index?
 *
 * Beside the gallery in memory, whose answers it must give. Needs the server of `node scripts/servers.mjs`, or
 * an address: `DOCCLF_BENCH_POSTGRES=postgres://…`.
 */
import { createPgvectorStore } from '@docclf/gallery-pgvector';
import pg from 'pg';
import { measureServer, serverColumns } from './lib/database.js';
import { printHeading, printTable } from './lib/report.js';
import { startPostgres } from './lib/servers.js';

const rounds = Number(process.argv[2] ?? 15);
/** As the second argument, with commas between them. */
const counts = (process.argv[3] ?? '10000,100000').split(',').map(Number);
const given = process.env.DOCCLF_BENCH_POSTGRES;
const server = given ? { url: given, remove: async () => {} } : await startPostgres();
const pool = new pg.Pool({ connectionString: server.url });
pool.on('error', () => {});

printHeading('PostgreSQL with pgvector: top 5, 256 dimensions, beside the gallery in memory');
/** @type {string[][]} */
const rows = [];
try {
  for (const count of counts) {
    for (const index of /** @type {const} */ (['none', 'hnsw'])) {
      const schema = `docclf_bench_${index}_${count}`;
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      const bytes = async () => {
        const sql = `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class
                     WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'`;
        return (await pool.query(sql)).rows[0].bytes;
      };
      const createStore = () => createPgvectorStore({ url: server.url, schema, index });
      const createFillStore = () => createPgvectorStore({ url: server.url, schema });
      const name = index === 'none' ? 'exact' : index;
      rows.push(await measureServer(name, count, rounds, createStore, bytes, createFillStore));
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    }
  }
} finally {
  await pool.end();
  await server.remove();
}
printTable(serverColumns, rows);
