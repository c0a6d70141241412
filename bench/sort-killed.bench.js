/** Does `docclf sort` lose a file, or make two of one, when it is killed? The program is, 50 times at random moments. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { randomFrom } from './lib/random.js';

const files = Number(process.argv[2] ?? 10_000);
const kills = Number(process.argv[3] ?? 50);
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const at = (path) => join(folder, path);
const random = randomFrom(3);

const page = await sharp({ create: { width: 140, height: 200, channels: 3, background: '#f4f1ea' } })
  .composite([
    { input: { create: { width: 100, height: 30, channels: 3, background: '#335' } }, top: 20, left: 20 },
  ])
  .png()
  .toBuffer();
writeFileSync(at('page.png'), page);
mkdirSync(at('inbox'));
// What follows a PNG's end makes another file of it, which is the same picture.
const number = (i) => Buffer.from(String(i).padStart(8, '0'));
for (let i = 0; i < files; i++) writeFileSync(at(`inbox/${i}.png`), Buffer.concat([page, number(i)]));
const before = contents(at('inbox'));
await docclf(['register', at('page.png'), '--label', 'mail/page', '--gallery', at('g.docclf')]);

const sort = ['sort', at('inbox'), '--to', at('archive'), '--gallery', at('g.docclf'), '--threshold', '0.9'];
const start = performance.now();
let killed = 0;
while (readdirSync(at('inbox')).length > 0) {
  // Counted in lines, not in time: each run comes as far as it takes to kill it in the middle of its work.
  const lines =
    killed < kills ? 1 + Math.floor(random() * ((1.6 * files) / kills)) : Number.POSITIVE_INFINITY;
  if (await docclf(sort, lines, random() * 20)) killed++;
}
const seconds = (performance.now() - start) / 1000;
const after = contents(at('archive'));
const kept = new Set(after);
const lost = before.filter((hash) => !kept.has(hash)).length;
console.log(
  `${files} files, killed ${killed} times: ${lost} lost, ${after.length - kept.size} twice, in ${seconds.toFixed(0)} s`,
);
await docclf(['sort', '--undo', '--to', at('archive')]);
rmSync(folder, { recursive: true });

/** Hashes of all documents of a folder; what is hidden is none. */
function contents(root) {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)\.docclf-journal/.test(name) && statSync(join(root, name)).isFile())
    .map((name) =>
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex'),
    )
    .sort();
}

/** @returns whether it was killed, some milliseconds after so many lines */
async function docclf(argv, lines = Number.POSITIVE_INFINITY, delay = 0) {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  child.stdout.on('data', (chunk) => {
    for (const byte of chunk) if (byte === 10) seen++;
    if (seen >= lines) setTimeout(() => child.kill('SIGKILL'), delay);
  });
  const [, signal] = await once(child, 'close');
  return signal === 'SIGKILL';
}
