/** The published suite over this store, with what goes wrong outside of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { galleryConformance } from '@docclf/gallery/conformance';
import { createStore } from '../index.js';
import { startObjectServer } from './object-server.js';

const server = await startObjectServer();
after(() => server.stop());
const addressOf = (place) => `${server.address}/${place}`;

const writer = `
  import { writeSync } from 'node:fs';
  import { writeUntilKilled } from '@docclf/gallery/conformance';
  import { createStore } from './index.js';
  await writeUntilKilled(createStore(process.argv[1]), (count) => writeSync(1, count + '\\n'));
`;

/** Kills a process that writes as soon as it has reported 100 references. */
async function killDuringWrite(place) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer, addressOf(place)], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let reported = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    reported = Number(line);
    if (reported >= 100) child.kill('SIGKILL');
  });
  await closed;
  return reported;
}

const stopServer = {
  code: 'STORE_UNREACHABLE',
  async start() {
    await server.stop();
    return server.startAgain;
  },
};

galleryConformance({
  test,
  name: 'mine',
  createStore: (place) => createStore(addressOf(place)),
  faults: { stopServer, killDuringWrite },
});
