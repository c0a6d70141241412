/**
 * How long from the last byte of a file until `docclf watch` has sorted it?
 *
 * Files are put into the inbox one after the other, each when the last is in the archive: what is measured is the wait for
 * the file to settle, the look at the folder, decoding, the network and the move. `node bench/watch.bench.js <files>`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawMail } from './lib/drawn-mail.js';
import { printHeading, printTable } from './lib/report.js';
import { quantile } from './lib/statistics.js';

const files = Number(process.argv[2] ?? 20);
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const at = (...parts) => join(folder, ...parts);
mkdirSync(at('types', 'mail'), { recursive: true });
writeFileSync(at('types', 'mail', '1.jpg'), await drawMail(1, 0));
const run = (...argv) => spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
await once(run('register', at('types'), '--gallery', at('g.docclf')), 'close');

printHeading(`watch: ${files} files, one after the other`);
const rows = [];
for (const settle of [0.2, 2]) {
  const inbox = at(`inbox-${settle}`);
  mkdirSync(inbox);
  const watcher = run(
    'watch',
    inbox,
    '--to',
    at('archive'),
    '--gallery',
    at('g.docclf'),
    '--settle',
    `${settle}`,
  );
  let wake = () => {};
  watcher.stdout.on('data', () => wake());
  await once(watcher.stderr, 'data');
  const waits = [];
  for (let i = 0; i < files; i++) {
    const picture = await drawMail(1, i + 1);
    const sorted = new Promise((resolve) => {
      wake = resolve;
    });
    writeFileSync(join(inbox, `${i}.jpg`), picture);
    const start = performance.now();
    await sorted;
    waits.push((performance.now() - start) / 1000 - settle);
  }
  watcher.kill('SIGTERM');
  await once(watcher, 'close');
  rows.push([`--settle ${settle}`, ...[0.5, 1].map((share) => `${quantile(waits, share).toFixed(2)} s`)]);
}
printTable(['beyond the time to settle', 'median', 'longest'], rows);
rmSync(folder, { recursive: true });
