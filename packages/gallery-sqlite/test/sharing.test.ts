/** Several connections to one file, in this process and in others. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openGallery } from '@docclf/gallery';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqliteStore } from '../src/index.ts';
import { removalsKept } from '../src/mirror.ts';
import { axis, createRandom, openFileGallery, reference, space, temporaryFile } from './support.ts';

const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe('two connections', () => {
  it('see what the other wrote, moved, replaced and removed', async () => {
    const file = temporaryFile();
    const [one, two] = [await openFileGallery(file), await openFileGallery(file)];
    await one.add([reference('a', 0), reference('b', 1), reference('c', 2)]);
    expect(idsOf(await two.nearest(axis(1), 3))).toEqual(['b', 'a', 'c']);
    await one.rename('type/b', 'moved');
    expect(await two.nearest(axis(1), 1)).toEqual([{ id: 'b', label: 'moved', score: 1 }]);
    await two.add([reference('b', 3)], { existing: 'replace' });
    expect(idsOf(await one.nearest(axis(3), 1))).toEqual(['b']);
    await one.remove({ id: 'c' });
    expect(idsOf(await two.nearest(axis(2), 9))).toEqual(['a', 'b']);
    expect(await two.get('c')).toBeUndefined();
    // The key of the newest row is given again after it was removed.
    await two.remove({ id: 'b' });
    await two.add([reference('d', 2)]);
    expect(idsOf(await one.nearest(axis(2), 9))).toEqual(['d', 'a']);
  });

  it('agree after hundreds of random changes, however seldom one of them looks', async () => {
    const file = temporaryFile();
    const galleries = [await openFileGallery(file), await openFileGallery(file)];
    const random = createRandom(1);
    const present = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const gallery = galleries[i % 2]!;
      const id = `r${Math.floor(random() * 40)}`;
      if (present.has(id) && random() < 0.6) {
        await gallery.remove({ id });
        present.delete(id);
      } else {
        await gallery.add([reference(id, Math.floor(random() * 4))], { existing: 'replace' });
        present.add(id);
      }
      if (random() < 0.8) continue;
      const observer = galleries[Math.floor(random() * 2)]!;
      const found = await observer.nearest(axis(0), 100);
      expect(new Set(idsOf(found))).toEqual(present);
      for (const { id, score } of found) {
        const stored = await observer.get(id);
        expect(score).toBe(stored?.vector[0] === 1 ? 1 : 0.5);
      }
    }
  });

  it('reads everything again when removals that it missed are forgotten', async () => {
    const file = temporaryFile();
    const [reader, writer] = [await openFileGallery(file), await openFileGallery(file)];
    await writer.add([reference('a'), reference('b', 1), reference('c', 2)]);
    expect(await reader.nearest(axis(0), 9)).toHaveLength(3);
    await writer.remove({ id: 'a' });
    // As many commits as removals are kept for, without making them.
    const database = new Database(file);
    database.exec(`UPDATE docclf_gallery SET change = change + ${removalsKept + 1}`);
    await writer.remove({ id: 'b' });
    expect(database.prepare('SELECT count(*) AS n FROM docclf_removal').get()).toMatchObject({ n: 1 });
    database.close();
    expect(idsOf(await reader.nearest(axis(0), 9))).toEqual(['c']);
  });

  it('lose nothing when both write at once', async () => {
    const file = temporaryFile();
    const [one, two] = [await openFileGallery(file), await openFileGallery(file)];
    const writes = [];
    for (let i = 0; i < 20; i++)
      writes.push(one.add([reference(`one-${i}`)]), two.add([reference(`two-${i}`)]));
    await Promise.all(writes);
    expect(await one.size()).toBe(40);
    expect(await two.nearest(axis(0), 99)).toHaveLength(40);
    await expect(two.add([reference('one-0')])).rejects.toMatchObject({ code: 'REFERENCE_EXISTS' });
  });

  it('wait for a writer without stopping the process, then say GALLERY_LOCKED', async () => {
    const file = temporaryFile();
    const store = createSqliteStore({ file, busyTimeout: 60 });
    const gallery = await openGallery(store, space);
    onTestFinished(() => gallery.close());
    await gallery.add([reference('a')]);
    const writer = new Database(file);
    writer.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await expect(gallery.add([reference('b')])).rejects.toMatchObject({
      code: 'GALLERY_LOCKED',
      details: { gallery: file },
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    // Readers go on meanwhile, and there is no trace of the commit that failed.
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['a']);
    writer.exec('ROLLBACK');
    await gallery.add([reference('b')]);
    expect(await gallery.size()).toBe(2);
    writer.close();
  });

  it('leave one file when closed', async () => {
    const file = temporaryFile();
    const gallery = await openGallery(createSqliteStore({ file }), space);
    await gallery.add([reference('a')]);
    expect(existsSync(`${file}-wal`)).toBe(true);
    await gallery.close();
    expect(readdirSync(dirname(file))).toEqual(['gallery.db']);
    expect(await (await openFileGallery(file)).size()).toBe(1);
  });
});

const dist = new URL('../dist/index.js', import.meta.url);
const writerProgram = `
  import { openGallery } from '@docclf/gallery';
  import { createSqliteStore } from ${JSON.stringify(dist.href)};
  const [file, name, count] = process.argv.slice(1);
  const gallery = await openGallery(createSqliteStore({ file }), { id: 'test@1', dimension: 4 });
  for (let i = 0; i < Number(count); i++) {
    await gallery.add([{ id: name + i, label: name, vector: Float32Array.of(0, 1, 0, 0) }]);
    console.log(i + 1);
  }
  await gallery.close();
`;

const skipped = existsSync(dist) ? false : 'skipped: needs the built package, npm run build';
describe.skipIf(skipped)(`two processes${skipped ? ` (${skipped})` : ''}`, () => {
  it('read while others write, and see each commit once it is reported', async () => {
    const file = temporaryFile();
    const gallery = await openFileGallery(file);
    const seen: Record<string, number> = { a: 0, b: 0 };
    const writers = ['a', 'b'].map(async (name) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writerProgram, file, name, '50'], {
        cwd: new URL('..', import.meta.url),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.setEncoding('utf8');
      for await (const lines of child.stdout) {
        const reported = Number(String(lines).trim().split('\n').pop());
        const found = await gallery.nearest(Float32Array.of(0, 1, 0, 0), 1000);
        seen[name] = found.filter(({ label }) => label === name).length;
        expect(seen[name]).toBeGreaterThanOrEqual(reported);
      }
    });
    await Promise.all(writers);
    expect(await gallery.size()).toBe(100);
    expect(seen).toEqual({ a: 50, b: 50 });
  });
});
