/** Several connections to one database, in one page; and databases that are not as they should be. */
import { DocclfError, type ErrorCode } from '@docclf/core';
import { openGallery, type StoreGallery } from '@docclf/gallery';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answerOf, migrations, openDatabase } from '../src/database.ts';
import type { LogRecord } from '../src/log.ts';
import { createIndexedDbStore } from '../src/store.ts';

const space = { id: 'test@1', dimension: 4 };
const axis = (i: number) => Float32Array.from({ length: 4 }, (_, j) => (j === i ? 1 : 0));
const reference = (id: string, i = 0) => ({ id, label: `type/${id}`, vector: axis(i) });
const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

/** A database of this test, deleted afterwards. */
function temporaryName(): string {
  const name = `test ${crypto.randomUUID()}`;
  onTestFinished(() => void indexedDB.deleteDatabase(name));
  return name;
}

/** Closed when the test ends. */
async function open(name: string, bound = space): Promise<StoreGallery> {
  const gallery = await openGallery(createIndexedDbStore({ name }), bound);
  onTestFinished(() => gallery.close());
  return gallery;
}

/** A connection as somebody else would open it. */
async function openRaw(
  name: string,
  version?: number,
  upgrade = (_: IDBDatabase) => {},
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  const connection = await answerOf<IDBDatabase>(request);
  onTestFinished(() => connection.close());
  return connection;
}

async function readLog(name: string): Promise<LogRecord[]> {
  const connection = await openRaw(name);
  const records = await answerOf<LogRecord[]>(connection.transaction('log').objectStore('log').getAll());
  connection.close();
  return records;
}

async function refusal(promise: Promise<unknown>): Promise<DocclfError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (cause: unknown) => cause,
  );
  if (!DocclfError.is(error)) throw error;
  return error;
}

const codeOf = async (promise: Promise<unknown>): Promise<ErrorCode> => (await refusal(promise)).code;

describe('a connection that died without a word', () => {
  /** Closes the connection that the next transaction wants, before it begins: of that there is no event. */
  function killNext(times: number): void {
    const { transaction } = IDBDatabase.prototype;
    let left = times;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given) {
      if (left-- > 0) this.close();
      return transaction.apply(this, given);
    };
    onTestFinished(() => {
      IDBDatabase.prototype.transaction = transaction;
    });
  }

  it('is opened again, once for each call', async () => {
    const gallery = await open(temporaryName());
    await gallery.add([reference('a')]);
    killNext(1);
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['a']);
    killNext(1);
    await gallery.add([reference('b')]);
    expect(await gallery.size()).toBe(2);
    killNext(3);
    expect(await codeOf(gallery.revision())).toBe('STORE_FAILED');
    killNext(0);
    expect(await gallery.size()).toBe(2);
  });
});

describe('two connections', () => {
  it('see what the other wrote, moved, replaced and removed', async () => {
    const name = temporaryName();
    const [one, two] = [await open(name), await open(name)];
    await one.add([reference('a', 0), reference('b', 1), reference('c', 2)]);
    expect(idsOf(await two.nearest(axis(1), 3))).toEqual(['b', 'a', 'c']);
    await one.rename('type/b', 'moved');
    expect(await two.nearest(axis(1), 1)).toEqual([{ id: 'b', label: 'moved', score: 1 }]);
    await two.add([reference('b', 3)], { existing: 'replace' });
    expect(idsOf(await one.nearest(axis(3), 1))).toEqual(['b']);
    await one.remove({ id: 'c' });
    expect(idsOf(await two.nearest(axis(2), 9))).toEqual(['a', 'b']);
    expect(await two.get('c')).toBeUndefined();
    expect(await codeOf(two.add([reference('a')]))).toBe('REFERENCE_EXISTS');
  });

  it('agree after hundreds of random changes, and the log does not grow with them', async () => {
    const name = temporaryName();
    const galleries = [await open(name), await open(name)];
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const present = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const gallery = galleries[i % 2]!;
      const id = `r${Math.floor(random() * 40)}`;
      if (present.has(id) && random() < 0.6) {
        await gallery.remove({ id });
        present.delete(id);
      } else {
        const direction = Math.floor(random() * 4);
        await gallery.add([reference(id, direction)], { existing: 'replace' });
        present.set(id, direction);
      }
      if (random() < 0.8) continue;
      const found = await galleries[Math.floor(random() * 2)]!.nearest(axis(0), 100);
      expect(new Set(idsOf(found))).toEqual(new Set(present.keys()));
      for (const { id, score } of found) expect(score).toBe(present.get(id) === 0 ? 1 : 0.5);
    }
    expect((await readLog(name)).length).toBeLessThan(80);
    expect(idsOf(await (await open(name)).nearest(axis(0), 100)).sort()).toEqual([...present.keys()].sort());
  });

  it('lose nothing when both write at once', async () => {
    const name = temporaryName();
    const [one, two] = [await open(name), await open(name)];
    const writes: Promise<unknown>[] = [];
    for (let i = 0; i < 40; i++)
      writes.push(one.add([reference(`one-${i}`)]), two.add([reference(`two-${i}`)]));
    await Promise.all(writes);
    expect(await one.size()).toBe(80);
    expect(await two.nearest(axis(0), 99)).toHaveLength(80);
  });

  it('may both make the database', async () => {
    const name = temporaryName();
    const [one, two] = await Promise.all([open(name), open(name)]);
    await one.add([reference('a')]);
    expect(await two.size()).toBe(1);
  });
});

describe('what was removed', () => {
  it('leaves nothing behind once the gallery is purged', async () => {
    const name = temporaryName();
    const store = createIndexedDbStore({ name });
    const gallery = await openGallery(store, space);
    onTestFinished(() => gallery.close());
    const attachments = { thumbnail: Uint8Array.of(1, 2, 3) };
    await gallery.add([
      { ...reference('secret', 1), attachments },
      { ...reference('kept'), attachments },
    ]);
    await gallery.remove({ id: 'secret' });
    const connection = await openRaw(name);
    const stored = connection.transaction('attachment').objectStore('attachment');
    expect(await answerOf(stored.getAllKeys())).toEqual(['kept']);
    expect(JSON.stringify(await readLog(name))).toContain('secret');
    await gallery.purge();
    const log = await readLog(name);
    expect(JSON.stringify(log)).not.toContain('secret');
    expect(log).toHaveLength(1);
    expect(log[0]!.vectors).toEqual(axis(0));
    expect((await gallery.get('kept'))?.attachments).toEqual(attachments);
    expect(idsOf(await (await open(name)).nearest(axis(1), 9))).toEqual(['kept']);
  });

  it('may be everything', async () => {
    const name = temporaryName();
    const store = createIndexedDbStore({ name });
    const gallery = await openGallery(store, space);
    onTestFinished(() => gallery.close());
    const other = await open(name);
    await gallery.add([reference('a')]);
    expect(await other.size()).toBe(1);
    await gallery.remove({ id: 'a' });
    await gallery.purge();
    expect(await other.size()).toBe(0);
    await other.add([reference('b')]);
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['b']);
  });
});

describe('a database', () => {
  it("of another model's gallery is refused and left as it is", async () => {
    const name = temporaryName();
    const gallery = await open(name);
    await gallery.add([reference('a')]);
    expect(await codeOf(open(name, { id: 'other@2', dimension: 8 }))).toBe('GALLERY_SPACE_MISMATCH');
    expect(idsOf(await (await open(name)).nearest(axis(0), 9))).toEqual(['a']);
  });

  it('of a newer release is refused and left as it is', async () => {
    const name = temporaryName();
    await (await open(name)).add([reference('a')]);
    await openDatabase(name, space, () => {}, [...migrations, () => {}]).then((newer) => newer.close());
    const error = await refusal(open(name));
    expect(error).toMatchObject({
      code: 'GALLERY_FILE_VERSION',
      details: { gallery: name, supported: 1, received: 2 },
    });
    expect(await readLog(name)).toHaveLength(1);
  });

  it.each([1, 7])('of somebody else, of version %s, is refused and left as it is', async (version) => {
    const name = temporaryName();
    (await openRaw(name, version, (connection) => connection.createObjectStore('theirs'))).close();
    expect(await refusal(open(name))).toMatchObject({
      code: 'GALLERY_FILE_FOREIGN',
      details: { gallery: name },
    });
    const connection = await openRaw(name);
    expect([connection.version, ...connection.objectStoreNames]).toEqual([version, 'theirs']);
  });

  it('of somebody else is not migrated either', async () => {
    const name = temporaryName();
    (await openRaw(name, 1, (connection) => connection.createObjectStore('theirs'))).close();
    const opened = openDatabase(name, space, () => {}, [...migrations, () => {}]);
    expect(await codeOf(opened)).toBe('GALLERY_FILE_FOREIGN');
    expect((await openRaw(name)).version).toBe(1);
  });

  it('that an older release holds open cannot be migrated, which is said at once', async () => {
    const name = temporaryName();
    await (await open(name)).close();
    // A connection that does not give way.
    const older = await openRaw(name, 1);
    const steps = [...migrations, (connection: IDBDatabase) => void connection.createObjectStore('more')];
    const error = await refusal(openDatabase(name, space, () => {}, steps));
    expect(error).toMatchObject({ code: 'GALLERY_LOCKED', details: { gallery: name } });
    expect(error.message).toContain('close or reload');
    older.close();
    const newer = await openDatabase(name, space, () => {}, steps);
    expect(newer.space).toEqual(space);
    newer.close();
  });

  it('gives way to a newer release in another tab, then says so', async () => {
    const name = temporaryName();
    const gallery = await open(name);
    await gallery.add([reference('a')]);
    const newer = await openDatabase(name, space, () => {}, [...migrations, () => {}]);
    onTestFinished(newer.close);
    expect(await codeOf(gallery.add([reference('b')]))).toBe('GALLERY_FILE_VERSION');
    expect(await codeOf(gallery.nearest(axis(0), 1))).toBe('GALLERY_FILE_VERSION');
    expect(await readLog(name)).toHaveLength(1);
  });

  it('that the user deletes is made anew, empty', async () => {
    const name = temporaryName();
    const gallery = await open(name);
    await gallery.add([reference('a')]);
    await answerOf(indexedDB.deleteDatabase(name));
    expect(await gallery.size()).toBe(0);
    await gallery.add([reference('b')]);
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['b']);
  });

  it.each<[string, Partial<LogRecord>]>([
    ['vectors that are too short', { vectors: axis(0).subarray(1) }],
    ['a vector that is not of length 1', { vectors: Float32Array.of(1, 1, 0, 0) }],
    ['entries that are no JSON', { entries: '[{"id":' }],
    ['entries that are none', { entries: 'null' }],
    ['removals that are no list', { remove: 'abc' as never }],
    ['a removal that is no text', { remove: [7] as never }],
    ['labels that are no list', { relabel: new Map() as never }],
    ['a label of nothing', { relabel: [null] as never }],
    ['a label of what is not there', { relabel: [{ id: 'nobody', label: 'x' }] }],
    ['vectors of another kind', { vectors: 'abc' as never }],
    ['NaN in a vector', { vectors: Float32Array.of(Number.NaN, 0, 0, 0) }],
  ])('with %s is refused', async (_, damage) => {
    const name = temporaryName();
    const gallery = await open(name);
    await gallery.add([reference('a')]);
    await gallery.close();
    const connection = await openRaw(name);
    const log = connection.transaction('log', 'readwrite').objectStore('log');
    const record = await answerOf<LogRecord>(log.get(1));
    await answerOf(log.put({ ...record, ...damage }));
    connection.close();
    const damaged = await open(name);
    expect(await refusal(damaged.nearest(axis(0), 1))).toMatchObject({
      code: 'GALLERY_FILE_CORRUPT',
      details: { gallery: name },
    });
    expect(await codeOf(damaged.add([reference('b')]))).toBe('GALLERY_FILE_CORRUPT');
    expect(await readLog(name)).toHaveLength(1);
  });
});

it('tells that there is no IndexedDB', async () => {
  vi.stubGlobal('indexedDB', undefined);
  const error = refusal(openGallery(createIndexedDbStore(), space));
  vi.unstubAllGlobals();
  expect(await error).toMatchObject({ code: 'STORE_REQUIREMENT_MISSING', details: { store: 'indexeddb' } });
});

it('wants a name', async () => {
  expect(await codeOf(openGallery(createIndexedDbStore({ name: '' }), space))).toBe('INVALID_ARGUMENT');
});
