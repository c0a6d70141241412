/**
 * Does a command lose anything, or make it twice, when it is stopped? Each is interrupted (Ctrl-C) and killed in turn, at random
 * moments, called again until it ends by itself, and its outcome held beside that of a run that nobody stopped.
 * `node bench/commands-killed.bench.js <stops>`
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawMail } from './lib/drawn-mail.js';
import { randomFrom } from './lib/random.js';

const stops = Number(process.argv[2] ?? 12);
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const at = (path) => join(folder, path);
const random = randomFrom(5);

/** Runs a command, and stops it after a while when told to. */
async function docclf(argv, stop) {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const timer = stop && setTimeout(() => child.kill(stop.signal), stop.milliseconds);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { printed, isStopped: signal !== null || code === 130 };
}

/** Hashes of files by path. */
function filesOf(root) {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter((name) => statSync(join(root, name)).isFile())
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(root, name)))
          .digest('hex')}`,
    )
    .join('\n');
}
let copies = 0;
/** Of the references, as a copy of the gallery prints it. */
async function checksumOf(gallery) {
  const { printed } = await docclf(['gallery', 'copy', gallery, at(`check-${copies++}.docclf`)]);
  return /checksum ([0-9a-f]{64})/.exec(printed)?.[1] ?? printed;
}

/** @param commandFor the command that makes `target`; `outcomeOf` is what must be the same */
async function compare(name, commandFor, outcomeOf) {
  const start = performance.now();
  await docclf(commandFor(at(`whole-${name}`)));
  const milliseconds = performance.now() - start;
  const target = at(`stopped-${name}`);
  let stopped = 0;
  for (let i = 0; i < stops; i++) {
    const signal = i % 2 ? 'SIGINT' : 'SIGKILL';
    const stop = { signal, milliseconds: milliseconds * (0.2 + 0.8 * random()) };
    if ((await docclf(commandFor(target), stop)).isStopped) stopped++;
  }
  await docclf(commandFor(target));
  const [whole, again] = [await outcomeOf(at(`whole-${name}`)), await outcomeOf(target)];
  console.log(`${name}: stopped ${stopped} times of ${stops}, ${whole === again ? 'the same' : 'DIFFERENT'}`);
}

mkdirSync(at('mail'));
for (let i = 0; i < 30; i++) writeFileSync(at(`mail/${i}.jpg`), await drawMail(i, 0));
await docclf(['register', at('mail'), '--gallery', at('from.db'), '--no-locate']);
for (const ending of ['docclf', 'db']) {
  const labels = async (gallery) => (await docclf(['labels', '--gallery', gallery])).printed;
  await compare(
    `register.${ending}`,
    (to) => ['register', at('mail'), '--gallery', to, '--no-locate'],
    labels,
  );
  await compare(`copy.${ending}`, (to) => ['gallery', 'copy', at('from.db'), to], checksumOf);
  const migrate = (to) => ['gallery', 'migrate', at('from.db'), to, '--source', at('mail'), '--relocate'];
  await compare(`migrate.${ending}`, migrate, checksumOf);
}
const copying = (to) => ['sort', at('mail'), '--to', to, '--gallery', at('from.db'), '--copy', '--no-locate'];
const hidden = /^\.docclf/;
await compare('sort', copying, (root) =>
  filesOf(root)
    .split('\n')
    .filter((line) => !hidden.test(line))
    .join('\n'),
);
rmSync(folder, { recursive: true });
