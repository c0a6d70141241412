/** A real Chroma server on a free port of this machine, which vanishes with the test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  /** Ends it as a power cut would, if it runs. */
  stop(): Promise<void>;
  /** Starts it again with what it had stored. */
  start(): Promise<void>;
  /** Ends it and removes what it had stored. */
  remove(): Promise<void>;
}

/** A way to run `chroma run …`. */
export interface ChromaProgram {
  readonly name: string;
  readonly command: string;
  readonly before: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const folder = fileURLToPath(new URL('../../../node_modules/.docclf/servers', import.meta.url));
const bindings = 'chromadb-js-bindings-linux-x64-gnu';

/** The newest is in the Python wheel; an older one is in an npm package, for Linux. */
export const chromaPrograms: readonly ChromaProgram[] = [
  ...(existsSync(join(folder, 'chromadb_rust_bindings'))
    ? [
        {
          name: 'Chroma 1.5',
          command: 'python3',
          before: ['-c', "import sys, chromadb_rust_bindings as c; c.cli(['chroma'] + sys.argv[1:])"],
          env: { ...process.env, PYTHONPATH: folder },
        },
      ]
    : []),
  ...(loads(bindings)
    ? [
        {
          name: 'Chroma 1.0',
          command: process.execPath,
          before: ['-e', `require('${bindings}').cli(['chroma', ...process.argv.slice(1)])`, '--'],
          env: process.env,
        },
      ]
    : []),
];

export const whyNoChroma =
  chromaPrograms.length > 0 ? '' : ' (skipped: no Chroma server here; node scripts/servers.mjs installs one)';

function loads(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

export async function startChroma({ command, before, env }: ChromaProgram): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'docclf-chroma-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = ['run', '--path', data, '--host', '127.0.0.1', '--port', String(port)];
    const server = spawn(command, [...before, ...options], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    child = server;
    const said: string[] = [];
    for (const stream of [server.stdout, server.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (said.length < 100) said.push(line);
      });
    }
    // What it prints when it listens differs between versions.
    const giveUpAt = performance.now() + 60_000;
    while (true) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v2/heartbeat`).catch(() => undefined);
      if (answer?.ok) return;
      if (server.exitCode !== null || performance.now() > giveUpAt) {
        throw new Error(`chroma did not start: ${said.join('\n')}`);
      }
      await wait(50);
    }
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(data, { recursive: true, force: true });
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
