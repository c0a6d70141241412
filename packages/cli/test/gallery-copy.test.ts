/** From one kind of gallery to another, on the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openGallery } from '@docclf/gallery';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

it('a file becomes a database and a file again, and the answer stays the same', async () => {
  const path = temporaryFolder();
  for (const seed of [1, 2, 3]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  await docclf(['register', path('forms'), '--gallery', path('a.docclf'), '--thumbnails']);
  const copied = await docclf(['gallery', 'copy', path('a.docclf'), path('b.db')]);
  expect([copied.code, copied.stderr]).toEqual([0, '']);
  expect(copied.lines).toEqual([
    `3 references of ${path('a.docclf')}: 3 written, 0 there already.`,
    expect.stringMatching(/^Read back and compared; both sides have the checksum [0-9a-f]{64}\.$/),
  ]);
  const again = await docclf(['gallery', 'copy', path('a.docclf'), path('b.db'), '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ references: 3, written: 0, kept: 0, others: 0 });
  await docclf(['gallery', 'copy', path('b.db'), path('c.docclf')]);
  expect(readFileSync(path('c.docclf')).equals(readFileSync(path('a.docclf')))).toBe(true);

  await writePage(path('probe.png'), 2);
  const answers = await Promise.all(
    ['a.docclf', 'b.db'].map(async (name) => {
      const { stdout } = await docclf(['classify', path('probe.png'), '--gallery', path(name), '--json']);
      const { timings: _, ...answer } = JSON.parse(stdout);
      return answer;
    }),
  );
  expect(answers[1]).toEqual(answers[0]);
});

it('adds to what the target has, and says how to go on when both have something else', async () => {
  const path = temporaryFolder();
  for (const seed of [1, 2]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  await docclf(['register', path('forms'), '--gallery', path('a.db')]);
  await writePage(path('other.png'), 3);
  await docclf(['register', path('other.png'), '--gallery', path('b.db')]);
  const copied = await docclf(['gallery', 'copy', path('a.db'), path('b.db')]);
  expect(copied.lines[1]).toBe(`${path('b.db')} has 1 others.`);
  await docclf(['rename', 'type-1', 'moved', '--gallery', path('b.db')]);
  const refused = await docclf(['gallery', 'copy', path('a.db'), path('b.db')]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^docclf: REFERENCE_EXISTS: .*--existing/);
  const kept = await docclf(['gallery', 'copy', path('a.db'), path('b.db'), '--existing', 'keep']);
  expect(kept.lines[0]).toContain('0 written, 1 there already, 1 kept as they were.');
  const replaced = await docclf(['gallery', 'copy', path('a.db'), path('b.db'), '--existing', 'replace']);
  expect(replaced.lines[0]).toContain('1 written, 1 there already.');
  expect((await docclf(['labels', '--gallery', path('b.db')])).stdout).toBe(
    'other   1\ntype-1  1\ntype-2  1\n',
  );
});

it('refuses what is no gallery, what is not there, itself, and another model’s', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  await docclf(['register', path('page.png'), '--gallery', path('a.docclf')]);
  writeFileSync(path('text.docclf'), 'Dear Sir or Madam,');
  const other = await openGallery(createSqliteStore({ file: path('other.db') }), { id: 'o@1', dimension: 2 });
  await other.close();
  const before = readFileSync(path('a.docclf'));
  for (const [from, to, code, exit] of [
    ['missing.docclf', 'b.db', 'FILE_NOT_FOUND', 3],
    ['missing.db', 'b.db', 'FILE_NOT_FOUND', 3],
    ['text.docclf', 'b.db', 'GALLERY_FILE_FOREIGN', 3],
    ['a.docclf', 'text.docclf', 'GALLERY_FILE_FOREIGN', 3],
    ['a.docclf', './a.docclf', 'INVALID_ARGUMENT', 2],
    ['a.docclf', 'other.db', 'GALLERY_SPACE_MISMATCH', 3],
    ['a.docclf', 'no/such/b.db', 'FILE_UNWRITABLE', 3],
  ] as const) {
    const ran = await docclf(['gallery', 'copy', path(from), path(to)]);
    expect([ran.code, ran.stdout, ran.stderr.split(':')[1]?.trim()]).toEqual([exit, '', code]);
  }
  expect(readFileSync(path('a.docclf')).equals(before)).toBe(true);
});

it('leaves thumbnails behind when told to', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  await docclf(['register', path('page.png'), '--gallery', path('a.docclf'), '--thumbnails']);
  await docclf(['gallery', 'copy', path('a.docclf'), path('b.docclf'), '--no-attachments']);
  const [whole, bare] = ['a.docclf', 'b.docclf'].map((name) => readFileSync(path(name)).length);
  expect(bare).toBeLessThan(whole! - 1000);
});
