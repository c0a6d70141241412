/** The published suite, on each Chroma server that is there, over a network that can be cut. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { galleryConformance } from '@docclf/gallery/conformance';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { startProxy, type TestProxy } from '../../../fixtures/servers/proxy.ts';
import { createChromaStore } from '../src/index.ts';
import { chromaPrograms, startChroma, type TestServer, whyNoChroma } from './servers.ts';

// Some tests ask a server a thousand times, which shares the machine with all other tests.
vi.setConfig({ testTimeout: 180_000 });

const scale = Number(process.env.DOCCLF_CONFORMANCE_SCALE ?? 2000);

const dist = new URL('../dist/index.js', import.meta.url);
const killedProgram = `
  import { writeSync } from 'node:fs';
  import { writeUntilKilled } from '@docclf/gallery/conformance';
  import { createChromaStore } from ${JSON.stringify(dist.href)};
  const [url] = process.argv.slice(1);
  await writeUntilKilled(createChromaStore({ url }), (count) => writeSync(1, count + '\\n'));
`;

/** Kills a process that writes as soon as it has reported 300 references. */
async function killDuringWrite(url: string): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', killedProgram, url], {
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

if (whyNoChroma) test.skip(`chroma:${whyNoChroma.slice(2, -1)}`);

for (const program of chromaPrograms) {
  describe(program.name, () => {
    let server: TestServer;
    let proxy: TestProxy;
    beforeAll(async () => {
      server = await startChroma(program);
      proxy = await startProxy(server.port);
    }, 120_000);
    afterAll(async () => {
      proxy?.close();
      await server?.remove();
    });
    const urlOf = (port: number, place: string) => `http://127.0.0.1:${port}/docclf-${place}`;

    galleryConformance({
      test,
      name: `chroma (${program.name})`,
      scale,
      report: console.log,
      createStore: (place) => createChromaStore({ url: urlOf(proxy.port, place) }),
      faults: {
        loseConnection: {
          code: 'STORE_UNREACHABLE',
          async start() {
            let sent = 0;
            proxy.inspect = (part) => {
              sent += part.length;
              if (sent < 30_000) return 'pass';
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
        // The process that is killed runs the built package.
        ...(existsSync(dist) && {
          killDuringWrite: (place: string) => killDuringWrite(urlOf(server.port, place)),
        }),
      },
    });
  });
}
