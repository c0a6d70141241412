/** kill -9 during a registration: what is left opens, and holds a prefix of it in whole commits. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { axis, createRandom, openFileGallery, reference, temporaryFile } from './support.ts';

const crashes = 100;
const references = 1000;
/** Each commit has so many, so that half a commit would be noticed. */
const batch = 10;

const dist = new URL('../dist/index.js', import.meta.url);
const program = `
  import { writeSync } from 'node:fs';
  import { openGallery } from '@docclf/gallery';
  import { createSqliteStore } from ${JSON.stringify(dist.href)};
  const [file] = process.argv.slice(1);
  // Unbuffered, so that what is killed has said how far it had come.
  const say = (count) => writeSync(1, count + '\\n');
  say(-1);
  const gallery = await openGallery(createSqliteStore({ file }), { id: 'test@1', dimension: 4 });
  say(0);
  for (let i = 0; i < ${references}; i += ${batch}) {
    await gallery.add(Array.from({ length: ${batch} }, (_, j) => ({
      id: 'r' + String(i + j).padStart(4, '0'),
      label: 'type/' + ((i + j) % 7),
      vector: Float32Array.of(0, 1, 0, 0),
      attachments: { thumbnail: new Uint8Array(900).fill(i + j) },
    })));
    say(i + ${batch});
  }
  await gallery.close();
`;

/** Kills a registration as soon as it has reported `target` references; returns the last count that it reported. */
async function crashAt(file: string, target: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let reported = -1;
  createInterface({ input: child.stdout }).on('line', (line) => {
    reported = Number(line);
    if (reported >= target) child.kill('SIGKILL');
  });
  const [, signal] = await closed;
  // At the end of a fast run the child may be done before the signal comes.
  if (reported < references) expect(signal).toBe('SIGKILL');
  return reported;
}

const missing = existsSync(dist) ? '' : ' (skipped: needs the built package, npm run build)';
it.skipIf(missing)(
  `a registration that is killed ${crashes} times leaves a prefix of it each time${missing}`,
  async () => {
    const random = createRandom(1);
    // Some hit the making of the file and its closing.
    const targets = Array.from({ length: crashes - 15 }, () => Math.floor(random() * references));
    targets.push(...Array(5).fill(-1), ...Array(5).fill(0), ...Array(5).fill(references));
    async function crashAndCheck(target: number): Promise<void> {
      const file = temporaryFile();
      const reported = await crashAt(file, target);
      const gallery = await openFileGallery(file);
      const ids: string[] = [];
      let damaged = false;
      for await (const { id, attachments } of gallery.references()) {
        const number = Number(id.slice(1));
        // Not toEqual, which takes minutes for so many bytes.
        damaged ||= !Buffer.alloc(900, number).equals(attachments.thumbnail!);
        ids.push(id);
      }
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => `r${String(i).padStart(4, '0')}`));
      expect(damaged).toBe(false);
      expect(ids.length % batch).toBe(0);
      expect(ids.length).toBeGreaterThanOrEqual(Math.max(0, reported));
      expect(await gallery.nearest(axis(1), references)).toHaveLength(ids.length);
      // Life goes on.
      await gallery.add([reference('after the crash')]);
      await gallery.close();
      expect(readdirSync(dirname(file))).toEqual(['gallery.db']);
      const database = new Database(file);
      expect(database.prepare('PRAGMA integrity_check').all()).toMatchObject([{ integrity_check: 'ok' }]);
      database.close();
    }
    const worker = async () => {
      for (let target = targets.pop(); target !== undefined; target = targets.pop())
        await crashAndCheck(target);
    };
    await Promise.all([worker(), worker()]);
  },
  180_000,
);
