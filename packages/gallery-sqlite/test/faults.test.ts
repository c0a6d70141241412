/** What can be wrong with a file: each has its code, and none changes what is stored. */
import { readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Reference } from '@docclf/core';
import { openGallery, type StoreGallery } from '@docclf/gallery';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../src/connection.ts';
import { createSqliteStore, readSqliteSpace, type SqliteDatabase } from '../src/index.ts';
import { bind, migrations } from '../src/schema.ts';
import { axis, createRandom, openFileGallery, reference, space, temporaryFile } from './support.ts';

/** A closed gallery with a few pages of references; returns what it holds. */
async function writeGallery(file: string, count = 40): Promise<Reference[]> {
  const gallery = await openGallery(createSqliteStore({ file }), space);
  await gallery.add(
    Array.from({ length: count }, (_, i) => ({
      ...reference(`r${i}`, i % 4),
      metadata: { text: `reference ${i} `.repeat(30) },
    })),
  );
  const references = await everything(gallery);
  await gallery.close();
  return references;
}

async function everything(gallery: StoreGallery): Promise<Reference[]> {
  const references: Reference[] = [];
  for await (const one of gallery.references()) references.push(one);
  return references;
}

/** Typed, so that it is checked that the driver has the members. */
function openDatabase(path: string) {
  const database = new Database(path);
  onTestFinished(() => void database.close());
  return database satisfies SqliteDatabase;
}

const open = async (file: string, bound = space) => openGallery(createSqliteStore({ file }), bound);

describe('a place that is wrong', () => {
  it('is told apart: a missing folder, a folder, a file that is missing', async () => {
    const file = temporaryFile();
    await expect(open(join(dirname(file), 'no', 'such.db'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    await expect(open(dirname(file))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(readSqliteSpace(file)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readSqliteSpace(join(dirname(file), 'no', 'such.db'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('may have a name that looks like an address or a pattern', async () => {
    const folder = dirname(temporaryFile());
    for (const name of ['a?mode=ro', 'a#b', '%41.db', "o'brien.db", 'file:x.db', ':memory:', '文.db']) {
      const file = join(folder, name);
      await writeGallery(file, 1);
      expect(statSync(file).size).toBeGreaterThan(0);
      expect(await readSqliteSpace(file)).toEqual(space);
    }
  });

  it.each([
    ['a path', 'gallery.db'],
    ['neither', {}],
    ['both', { file: 'gallery.db', database: {} }],
    ['an empty path', { file: '' }],
  ])('%s is no option', async (_, options) => {
    const store = createSqliteStore(options as { file: string });
    await expect(openGallery(store, space)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('a closed gallery says so', async () => {
    const gallery = await open(temporaryFile());
    await gallery.close();
    await expect(gallery.size()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(gallery.add([reference('a')])).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a file of somebody else', () => {
  it('is refused and left as it is', async () => {
    const file = temporaryFile();
    const texts = ['{"gallery": []}', 'This is no database. '.repeat(300), '\0'.repeat(4096)];
    for (const text of texts) {
      writeFileSync(file, text);
      await expect(open(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
      await expect(readSqliteSpace(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('is refused when it is a database of another program, unless its connection is handed over', async () => {
    const file = temporaryFile();
    const database = openDatabase(file);
    database.exec('CREATE TABLE customer (name TEXT)');
    const before = readFileSync(file);
    await expect(open(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
    await expect(readSqliteSpace(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
    expect(readFileSync(file).equals(before)).toBe(true);
    const gallery = await openGallery(createSqliteStore({ database }), space);
    await gallery.add([reference('a')]);
    await gallery.close();
    // Still open: whoever opened it closes it.
    expect(database.prepare('SELECT count(*) AS n FROM customer').get()).toMatchObject({ n: 0 });
    expect(database.prepare('SELECT id FROM docclf_reference').all()).toMatchObject([{ id: 'a' }]);
  });

  it('an empty file is a new gallery', async () => {
    const file = temporaryFile();
    writeFileSync(file, '');
    await expect(readSqliteSpace(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
    expect(await (await openFileGallery(file)).size()).toBe(0);
  });

  it("is refused when it is another model's gallery", async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    const before = readFileSync(file);
    for (const other of [
      { id: 'test@2', dimension: 4 },
      { id: 'test@1', dimension: 8 },
    ]) {
      await expect(open(file, other)).rejects.toMatchObject({ code: 'GALLERY_SPACE_MISMATCH' });
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(await readSqliteSpace(file)).toEqual(space);
    expect(await everything(await openFileGallery(file))).toEqual(references);
  });
});

describe('a damaged file', () => {
  it.each([0.9, 0.5, 0.1])('cut to %d of its length is refused and left as it is', async (share) => {
    const file = temporaryFile();
    await writeGallery(file);
    truncateSync(file, Math.floor(statSync(file).size * share));
    const before = readFileSync(file);
    await expect(open(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('with a flipped byte in its header is refused, or answers as before', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    const whole = readFileSync(file);
    const codes = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      const copy = `${file}-${i}`;
      const damaged = Buffer.from(whole);
      damaged[i]! ^= 0xff;
      writeFileSync(copy, damaged);
      let code = 'none';
      try {
        const gallery = await open(copy);
        expect(await everything(gallery)).toEqual(references);
        expect(await gallery.nearest(axis(0), 99)).toHaveLength(references.length);
        await gallery.close();
      } catch (error) {
        code = String((error as { code?: unknown }).code);
      }
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].filter((code) => !/^(none|GALLERY_FILE_\w+)$/.test(code))).toEqual([]);
    expect(codes.get('GALLERY_FILE_FOREIGN')).toBeGreaterThanOrEqual(16);
  });

  it('with flipped bytes anywhere is refused with a code, or answered from; the process lives', async () => {
    const file = temporaryFile();
    await writeGallery(file);
    const whole = readFileSync(file);
    const random = createRandom(2);
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const damaged = Buffer.from(whole);
      for (let j = 0; j < 20; j++)
        damaged[Math.floor(random() * damaged.length)]! ^= 1 << Math.floor(random() * 8);
      writeFileSync(`${file}-${i}`, damaged);
      let gallery: StoreGallery | undefined;
      try {
        gallery = await open(`${file}-${i}`);
        await gallery.labels();
        await gallery.nearest(axis(0), 99);
        await everything(gallery);
        await gallery.add([reference('new')]);
        await gallery.rename('type', 'kind');
      } catch (error) {
        expect((error as Error).message).toBeTypeOf('string');
        expect((error as { code?: string }).code).toMatch(/^[A-Z_]+$/);
        refused++;
      }
      await gallery?.close();
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('with a text that is not UTF-8 says so', async () => {
    for (const column of ['id', 'label', 'metadata', 'created_at', 'source_hash']) {
      const file = temporaryFile();
      await writeGallery(file, 3);
      openDatabase(file).exec(
        `UPDATE docclf_reference SET ${column} = CAST(x'72ff31' AS TEXT) WHERE id = 'r1'`,
      );
      const gallery = await openFileGallery(file);
      await expect(everything(gallery)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
      if (column === 'label') {
        await expect(gallery.labels()).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
        await expect(gallery.nearest(axis(0), 1)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
      }
    }
  });

  it.each([
    ['a vector of another length', "UPDATE docclf_reference SET vector = x'0000803f' WHERE id = 'r3'"],
    ['a vector that is no unit vector', "UPDATE docclf_reference SET vector = zeroblob(16) WHERE id = 'r3'"],
    ['a vector of odd bytes', "UPDATE docclf_reference SET vector = zeroblob(15) WHERE id = 'r3'"],
  ])('with %s names it', async (_, sql) => {
    const file = temporaryFile();
    await writeGallery(file, 9);
    openDatabase(file).exec(sql);
    const gallery = await openFileGallery(file);
    const expected = { code: 'GALLERY_FILE_CORRUPT', message: expect.stringContaining('"r3"') };
    await expect(gallery.nearest(axis(0), 1)).rejects.toMatchObject(expected);
    await expect(gallery.nearest(axis(0), 1)).rejects.toMatchObject(expected);
    await expect(gallery.get('r3')).rejects.toMatchObject(expected);
    // It can be repaired.
    await gallery.remove({ label: 'type/r4' });
    openDatabase(file).exec("DELETE FROM docclf_reference WHERE id = 'r3'");
    expect(await gallery.nearest(axis(0), 99)).toHaveLength(7);
  });
});

describe('a file that cannot be written', () => {
  it('can be read, and a commit says why not and changes nothing', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    for (const way of ['mode=ro', 'immutable=1']) {
      const database = openDatabase(`file:${file}?${way}`);
      const gallery = await openGallery(createSqliteStore({ database }), space);
      await expect(gallery.add([reference('new')])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      expect(await everything(gallery)).toEqual(references);
      expect(await gallery.nearest(axis(0), 99)).toHaveLength(references.length);
      await gallery.close();
    }
  });

  it('because the disk is full keeps what it has, and goes on when there is room', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    const database = openDatabase(file);
    const gallery = await openGallery(createSqliteStore({ database }), space);
    expect(await gallery.nearest(axis(0), 99)).toHaveLength(references.length);
    database.exec('PRAGMA max_page_count = 20');
    const large = Array.from({ length: 50 }, (_, i) => ({
      ...reference(`large-${i}`),
      attachments: { thumbnail: new Uint8Array(5000) },
    }));
    await expect(gallery.add(large)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(await everything(gallery)).toEqual(references);
    expect(await gallery.nearest(axis(0), 99)).toHaveLength(references.length);
    database.exec('PRAGMA max_page_count = 10000');
    await gallery.add(large);
    expect(await gallery.size()).toBe(references.length + 50);
  });
});

describe('a file from a stranger', () => {
  const slow = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n';
  it.each([
    [
      'a trigger',
      "CREATE TRIGGER t AFTER INSERT ON docclf_reference BEGIN UPDATE docclf_reference SET label = 'x'; END",
    ],
    [
      'a trigger that calls itself otherwise',
      'CREATE TRIGGER "docclf_t" AFTER DELETE ON docclf_removal BEGIN SELECT 1; END',
    ],
    ['a view in place of a table', `DROP TABLE docclf_removal; CREATE VIEW docclf_removal AS ${slow}`],
    ['a view of another case', `DROP TABLE docclf_removal; CREATE VIEW "Docclf_Removal" AS ${slow}`],
    ['a table of other columns', 'DROP TABLE docclf_removal; CREATE TABLE docclf_removal (change, key)'],
    ['an index that calculates', 'CREATE INDEX docclf_i ON docclf_reference (length(hex(vector)))'],
    ['a column more', 'ALTER TABLE docclf_reference ADD COLUMN more AS (label || id)'],
    ['no table of removals', 'DROP TABLE docclf_removal'],
    ['a space that is no UTF-8', "UPDATE docclf_gallery SET space = CAST(x'ff41' AS TEXT)"],
    ['two bindings', 'INSERT INTO docclf_gallery SELECT * FROM docclf_gallery'],
    ['no binding', 'DELETE FROM docclf_gallery'],
    ['a version that is none', 'UPDATE docclf_gallery SET version = 0'],
    ['a version that is a text', "UPDATE docclf_gallery SET version = 'one'"],
    ['a dimension that is a text', "UPDATE docclf_gallery SET dimension = 'four'"],
    ['a dimension beyond memory', 'UPDATE docclf_gallery SET dimension = 9007199254740991'],
  ])('with %s is refused', async (_, sql) => {
    const file = temporaryFile();
    await writeGallery(file, 2);
    openDatabase(file).exec(sql);
    await expect(open(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
    await expect(readSqliteSpace(file)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
  });

  it.each([
    "UPDATE docclf_reference SET label = 'a//b'",
    "UPDATE docclf_reference SET id = char(27) || '[31m' || key",
    "UPDATE docclf_reference SET metadata = '[1]'",
    "UPDATE docclf_reference SET metadata = '1'",
    "UPDATE docclf_reference SET created_at = 'yesterday'",
    "UPDATE docclf_reference SET id = x'ff' || key",
  ])('in which somebody ran %s is refused where that is read', async (sql) => {
    const file = temporaryFile();
    await writeGallery(file, 2);
    openDatabase(file).exec(sql);
    const gallery = await openFileGallery(file);
    await expect(everything(gallery)).rejects.toMatchObject({ code: 'GALLERY_FILE_CORRUPT' });
  });

  it('may have tables and views of its own beside ours, when the connection is handed over', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file, 2);
    const database = openDatabase(file);
    database.exec('CREATE TABLE customer (name TEXT); CREATE VIEW names AS SELECT name FROM customer');
    const gallery = await openGallery(createSqliteStore({ database }), space);
    expect(await everything(gallery)).toEqual(references);
    await gallery.close();
  });
});

describe('a file that is taken away while it is open', () => {
  it('is missed by the next write and the next look', async () => {
    const file = temporaryFile();
    await writeGallery(file, 2);
    const gallery = await openFileGallery(file);
    await gallery.add([reference('before')]);
    renameSync(file, `${file}.away`);
    await expect(gallery.add([reference('new')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(gallery.revision()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    renameSync(`${file}.away`, file);
    await gallery.add([reference('new')]);
    expect(await gallery.size()).toBe(4);
  });

  it('and replaced is not written to', async () => {
    const file = temporaryFile();
    await writeGallery(file, 2);
    const gallery = await openFileGallery(file);
    await writeGallery(`${file}.other`, 1);
    renameSync(`${file}.other`, file);
    await expect(gallery.add([reference('new')])).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(gallery.revision()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('schemas', () => {
  const newer = [
    ...migrations,
    'ALTER TABLE docclf_reference ADD COLUMN note TEXT; CREATE TABLE docclf_more (n)',
  ];
  const connect = (file: string) => createConnection(openDatabase(file), file, 1000);

  it('migrate an older gallery and keep all of it; the older release then refuses it', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    const reader = await openFileGallery(file);
    expect(await bind(connect(file), space, 'refused', newer)).toEqual(space);
    const database = openDatabase(file);
    expect(database.prepare('SELECT version FROM docclf_gallery').get()).toMatchObject({ version: 2 });
    expect(
      database.prepare('SELECT count(note) AS notes, count(*) AS n FROM docclf_reference').get(),
    ).toMatchObject({ notes: 0, n: references.length });
    const refused = { code: 'GALLERY_FILE_VERSION', details: { supported: 1, received: 2 } };
    await expect(open(file)).rejects.toMatchObject(refused);
    await expect(readSqliteSpace(file)).rejects.toMatchObject(refused);
    // Also who had opened it before.
    await expect(reader.add([reference('new')])).rejects.toMatchObject(refused);
    await expect(reader.nearest(axis(0), 1)).rejects.toMatchObject(refused);
    // Once more changes nothing.
    expect(await bind(connect(file), space, 'refused', newer)).toEqual(space);
  });

  it('leave the older one in place when a step fails', async () => {
    const file = temporaryFile();
    const references = await writeGallery(file);
    const failing = [...newer, 'CREATE TABLE docclf_more (n)'];
    await expect(bind(connect(file), space, 'refused', failing)).rejects.toThrow('already exists');
    const gallery = await openFileGallery(file);
    expect(await everything(gallery)).toEqual(references);
    await gallery.add([reference('new')]);
  });

  it("leave another model's gallery as it is", async () => {
    const file = temporaryFile();
    await writeGallery(file);
    const before = readFileSync(file);
    expect(await bind(connect(file), { id: 'other', dimension: 8 }, 'refused', newer)).toEqual(space);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('are made once when two make them at once', async () => {
    const file = temporaryFile();
    const stores = [1, 2, 3].map(() => createSqliteStore({ file }));
    const galleries = await Promise.all(stores.map((store) => openGallery(store, space)));
    await Promise.all(galleries.map((gallery, i) => gallery.add([reference(`r${i}`)])));
    expect(await galleries[0]!.size()).toBe(3);
    for (const gallery of galleries) await gallery.close();
  });
});

it('purges what was removed from the file', async () => {
  const file = temporaryFile();
  const store = createSqliteStore({ file });
  const gallery = await openGallery(store, space);
  const secret = (text: string) => ({
    ...reference(`id-${text}`),
    label: `label-${text}`,
    sourceHash: `hash-${text}`,
    metadata: { text: `metadata-${text}`.repeat(500) },
    attachments: { thumbnail: Buffer.from(`attachment-${text}`.repeat(2000)) },
  });
  await gallery.add([secret('kept'), secret('gone')]);
  await gallery.remove({ id: 'id-gone' });
  await gallery.rename('label-kept', 'label-moved');
  const bytes = () => Buffer.concat([file, `${file}-wal`].map((path) => readFileSync(path)));
  expect(bytes().includes('attachment-gone')).toBe(true);
  await gallery.purge();
  expect(bytes().includes('gone')).toBe(false);
  expect(bytes().includes('label-kept')).toBe(false);
  expect(bytes().includes('attachment-kept')).toBe(true);
  expect(await gallery.nearest(axis(0), 9)).toEqual([{ id: 'id-kept', label: 'label-moved', score: 1 }]);
  await gallery.close();
});

it('purging waits for readers, then says GALLERY_LOCKED and loses nothing', async () => {
  const file = temporaryFile();
  const references = await writeGallery(file);
  const store = createSqliteStore({ file, busyTimeout: 30 });
  const gallery = await openGallery(store, space);
  await gallery.remove({ id: 'r1' });
  const reader = openDatabase(file);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM docclf_reference').get();
  await expect(gallery.purge()).rejects.toMatchObject({ code: 'GALLERY_LOCKED' });
  reader.exec('COMMIT');
  await gallery.purge();
  expect(await gallery.size()).toBe(references.length - 1);
  await gallery.close();
});

it('a file of the release before sessions opens as before', async () => {
  const file = temporaryFile();
  writeFileSync(file, gunzipSync(readFileSync(new URL('fixtures/v1.db.gz', import.meta.url))));
  const gallery = await openGallery(createSqliteStore({ file }), space);
  expect(await gallery.labels()).toEqual([
    { label: 'moved', references: 1 },
    { label: 'type/a', references: 2 },
  ]);
  expect(await gallery.get('a')).toEqual({
    id: 'a',
    label: 'type/a',
    vector: axis(0),
    metadata: { n: 1, text: 'é' },
    createdAt: '2024-05-06T07:08:09.123Z',
    sourceHash: 'hash of a',
    attachments: { thumbnail: Uint8Array.of(1, 2, 3) },
  });
  const before = await gallery.revision();
  await gallery.add([reference('e', 1)]);
  expect(await gallery.revision()).not.toBe(before);
  expect((await gallery.nearest(axis(1), 2)).map(({ id }) => id)).toEqual(['b', 'e']);
  await gallery.close();
});
