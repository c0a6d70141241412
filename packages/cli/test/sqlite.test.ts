/** Every command with an SQLite database as the gallery. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openGallery } from '@docclf/gallery';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

it.each(['g.db', 'g.sqlite', 'G.SQLITE3'])('registers into %s and answers from it', async (name) => {
  const path = temporaryFolder();
  const gallery = path(`galleries/${name}`);
  for (const seed of [1, 2]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  await writePage(path('galleries/none.png'), 3);
  const registered = await docclf(['register', path('forms'), '--gallery', gallery]);
  expect([registered.code, registered.stderr.trim().split('\n').pop()]).toEqual([
    0,
    '2 registered, 0 there already, 0 failed.',
  ]);
  expect(readFileSync(gallery).subarray(0, 15).toString()).toBe('SQLite format 3');
  // One file: nothing lies beside it when the command has ended.
  expect(readdirSync(path('galleries')).sort()).toEqual([name, 'none.png'].sort());

  const page = path('forms/type-2/page.png');
  const classified = await docclf(['classify', page, '--gallery', gallery, '--json']);
  expect(JSON.parse(classified.stdout)).toMatchObject({ status: 'accepted', label: 'type-2' });
  const verified = await docclf(['verify', page, '--label', 'type-2', '--gallery', gallery]);
  expect(verified.code).toBe(0);
  expect((await docclf(['rename', 'type-2', 'moved/there', '--gallery', gallery])).stdout).toBe(
    '1 moved from type-2 to moved/there.\n',
  );
  expect((await docclf(['labels', '--gallery', gallery])).stdout).toBe('moved/there  1\ntype-1       1\n');
  expect((await docclf(['remove', '--label', 'type-1', '--gallery', gallery])).stdout).toBe('1 removed.\n');
  const info = await docclf(['info', '--gallery', gallery, '--json']);
  expect(JSON.parse(info.stdout).gallery).toMatchObject({ references: 1, labels: 1, fitsModel: true });
});

it('takes no missing, empty, foreign or other model’s database for a gallery', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  writeFileSync(path('empty.db'), '');
  writeFileSync(path('text.db'), 'This is no database. '.repeat(100));
  const other = await openGallery(createSqliteStore({ file: path('other.db') }), {
    id: 'other@1',
    dimension: 4,
  });
  await other.add([{ label: 'a', vector: Float32Array.of(1, 0, 0, 0) }]);
  await other.close();
  const codeOf = async (...argv: string[]) => {
    const { code, stdout, stderr } = await docclf(argv);
    expect([code, stdout]).toEqual([3, '']);
    return /^docclf: (\w+): [^\n]*\n$/.exec(stderr)?.[1];
  };
  for (const [name, code] of [
    ['missing.db', 'FILE_NOT_FOUND'],
    ['empty.db', 'GALLERY_FILE_FOREIGN'],
    ['text.db', 'GALLERY_FILE_FOREIGN'],
  ] as const) {
    expect(await codeOf('labels', '--gallery', path(name))).toBe(code);
    expect(await codeOf('remove', '--label', 'a', '--gallery', path(name))).toBe(code);
  }
  expect(existsSync(path('missing.db'))).toBe(false);
  expect(await codeOf('classify', path('page.png'), '--gallery', path('missing.db'))).toBe('FILE_NOT_FOUND');
  for (const command of ['classify', 'register']) {
    expect(await codeOf(command, path('page.png'), '--gallery', path('other.db'))).toBe(
      'GALLERY_SPACE_MISMATCH',
    );
    expect(await codeOf(command, path('page.png'), '--gallery', path('text.db'))).toBe(
      'GALLERY_FILE_FOREIGN',
    );
  }
  expect(await codeOf('register', path('page.png'), '--gallery', path('no/such/folder.db'))).toBe(
    'FILE_UNWRITABLE',
  );
  expect((await docclf(['labels', '--gallery', path('other.db')])).stdout).toBe('a  1\n');
});
