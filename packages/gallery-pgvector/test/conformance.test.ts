/** The published suite, on PGlite and on PostgreSQL, with and without an index, over a network that can be cut. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ConformanceFaults, galleryConformance } from '@docclf/gallery/conformance';
import pg from 'pg';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { startProxy, type TestProxy } from '../../../fixtures/servers/proxy.ts';
import { createPgvectorStore, type PgvectorIndex } from '../src/index.ts';
import { postgresPrograms, startPGlite, startPostgres, type TestServer, whyNoPostgres } from './servers.ts';

// Some tests ask a server a thousand times, which shares the machine with all other tests.
vi.setConfig({ testTimeout: 180_000 });

const scale = Number(process.env.DOCCLF_CONFORMANCE_SCALE ?? 2000);

const dist = new URL('../dist/index.js', import.meta.url);
const killedProgram = `
  import { writeSync } from 'node:fs';
  import { writeUntilKilled } from '@docclf/gallery/conformance';
  import { createPgvectorStore } from ${JSON.stringify(dist.href)};
  const [url, schema] = process.argv.slice(1);
  await writeUntilKilled(createPgvectorStore({ url, schema }), (count) => writeSync(1, count + '\\n'));
`;

/** Kills a process that writes as soon as it has reported 300 references. */
async function killDuringWrite(url: string, place: string): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', killedProgram, url, place], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let reported = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    reported = Number(line);
    if (reported >= 300) child.kill('SIGKILL');
  });
  const [, signal] = await closed;
  // It may be done before the signal comes, but not otherwise.
  if (signal !== 'SIGKILL' && reported < 1000) throw new Error('The process ended before it was killed.');
  return reported;
}

interface Place {
  readonly name: string;
  readonly index: PgvectorIndex;
  start(): Promise<TestServer>;
  /** Whether it has users with rights, and several connections at once. */
  readonly isWhole: boolean;
}

function conformance({ name, index, start, isWhole }: Place): void {
  let server: TestServer;
  let proxy: TestProxy;
  let pool: pg.Pool | undefined;
  beforeAll(async () => {
    server = await start();
    proxy = await startProxy(server.port);
    if (isWhole) {
      await say("CREATE ROLE app LOGIN PASSWORD 'app'; GRANT CREATE ON DATABASE postgres TO app");
      await say('CREATE EXTENSION vector');
    } else {
      // pglite-socket mixes up the messages of connections that ask at the same time: all share one.
      pool = new pg.Pool({ connectionString: urlFrom(proxy.port), max: 1 });
      pool.on('error', () => {});
    }
  }, 120_000);
  afterAll(async () => {
    await pool?.end();
    proxy?.close();
    await server?.remove();
  });

  /** By the superuser, past the proxy. */
  async function say(sql: string): Promise<void> {
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  /** Stores are no superuser's. */
  const urlFrom = (port: number) => {
    const url = new URL(server.url);
    url.port = String(port);
    if (isWhole) url.username = url.password = 'app';
    return url.href;
  };

  const faults: ConformanceFaults = {
    loseConnection: {
      code: 'STORE_UNREACHABLE',
      async start() {
        let sent = 0;
        proxy.inspect = (part) => {
          sent += part.length;
          if (sent < 20_000) return 'pass';
          proxy.inspect = () => 'pass';
          return 'cut';
        };
        return async () => {};
      },
    },
    stopServer: {
      code: 'STORE_UNREACHABLE',
      async start() {
        await server.stop();
        return () => server.start();
      },
    },
    ...(isWhole && {
      forbidWriting: {
        code: 'STORE_ACCESS_DENIED',
        async start(place) {
          const rights = `INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${place}"`;
          await say(`REVOKE ${rights} FROM app`);
          return () => say(`GRANT ${rights} TO app`);
        },
      },
      lock: {
        code: 'GALLERY_LOCKED',
        async start(place) {
          const other = new pg.Client(server.url);
          await other.connect();
          await other.query(`BEGIN; SELECT version FROM "${place}".docclf_gallery FOR UPDATE`);
          return () => other.end();
        },
      },
      // The process that is killed runs the built package.
      ...(existsSync(dist) && {
        killDuringWrite: (place: string) => killDuringWrite(urlFrom(server.port), place),
      }),
    }),
  };

  galleryConformance({
    test,
    name: `pgvector (${name})`,
    scale,
    report: console.log,
    faults,
    createStore: (place) =>
      createPgvectorStore({
        ...(pool ? { pool } : { url: urlFrom(proxy.port) }),
        schema: place,
        index,
        // Long enough for a neighbour's commit, short enough to wait for.
        lockTimeout: 3000,
      }),
  });
}

describe('PGlite', () => {
  conformance({ name: 'PGlite', index: 'none', start: () => startPGlite(), isWhole: false });
});

describe.skipIf(!postgresPrograms)(`PostgreSQL${whyNoPostgres}`, () => {
  conformance({ name: 'PostgreSQL', index: 'none', start: startPostgres, isWhole: true });
});

describe.skipIf(!postgresPrograms)(`PostgreSQL with HNSW${whyNoPostgres}`, () => {
  conformance({ name: 'PostgreSQL, hnsw', index: 'hnsw', start: startPostgres, isWhole: true });
});
