/** The built program in processes of its own: what the source tests say nothing about. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const built = existsSync(program);
const runProgram = promisify(execFile);

it.skipIf(!built)('loses nothing when two processes write one gallery (needs a build)', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 20; seed++) await writePage(path(`${seed % 2}/${seed}.png`), seed);
  const gallery = path('g.docclf');
  await Promise.all(
    ['0', '1'].map((half) =>
      runProgram(process.execPath, [program, 'register', path(half), '--label', half, '--gallery', gallery]),
    ),
  );
  expect((await docclf(['labels', '--gallery', gallery])).stdout).toBe('0  10\n1  10\n');
});

it.skipIf(!built)('keeps what was done at Ctrl-C (needs a build)', async () => {
  const path = temporaryFolder();
  await writePage(path('docs/0.png'), 1);
  // Large ones behind it, so that there is time to interrupt; what follows a PNG's end makes another file of it.
  const large = await sharp({ create: { width: 3000, height: 4000, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  for (let i = 1; i < 20; i++) writeFileSync(path(`docs/${i}.png`), Buffer.concat([large, Buffer.of(i)]));
  const gallery = path('g.docclf');
  const argv = ['register', path('docs'), '--gallery', gallery, '--concurrency', '1'];
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  // Twice, as when a terminal and a wrapper such as npm both pass it on. Not at later output as well: a
  // signal that meets a process which is ending already, its handlers gone, says nothing about the program.
  child.stdout.once('data', () => {
    child.kill('SIGINT');
    child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  expect([code, stderr]).toEqual([130, expect.stringContaining('docclf: ABORTED: Interrupted')]);
  const kept = (await docclf(['labels', '--gallery', gallery])).lines.length;
  expect(kept).toBe(stdout.trim().split('\n').length);
});

it.skipIf(!built)('ends quietly when the reader has seen enough (needs a build)', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 20; seed++) await writePage(path(`${seed}.png`), seed);
  const child = spawn(process.execPath, [program, 'embed', path()], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  expect([code, stderr]).toEqual([141, '']);
});
