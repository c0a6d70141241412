/** The command line from the checkout. Paths are those of the folder that npm was called in. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

setUp({ quiet: true });
// Ctrl-C reaches the command line too, which ends in its own way: this process waits for it.
process.on('SIGINT', () => {});
const { status, signal } = spawnSync(
  process.execPath,
  [join(root, 'packages/cli/dist/main.js'), ...process.argv.slice(2)],
  {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
  },
);
process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
