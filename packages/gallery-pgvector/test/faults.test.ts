/** What can be wrong with a server: each has its code, and nothing is written by halves. */
import type { NewReference } from '@docclf/core';
import { openGallery, type StoreGallery } from '@docclf/gallery';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProxy } from '../../../fixtures/servers/proxy.ts';
import { createConnection } from '../src/connection.ts';
import { createPgvectorStore, type PgvectorStoreOptions, readPgvectorSpace } from '../src/index.ts';
import { settingsOf } from '../src/options.ts';
import { bind, migrations } from '../src/schema.ts';
import { postgresPrograms, startPGlite, startPostgres, type TestServer, whyNoPostgres } from './servers.ts';

vi.setConfig({ testTimeout: 120_000 });

const space = { id: 'test@1', dimension: 4 };
const axis = (i: number) => Float32Array.from({ length: 4 }, (_, j) => (j === i ? 1 : 0));
const reference = (id: string, i = 0): NewReference => ({ id, label: `type/${id}`, vector: axis(i) });
const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

/** Closed when the test ends. */
async function open(options: PgvectorStoreOptions, bound = space): Promise<StoreGallery> {
  const gallery = await openGallery(createPgvectorStore(options), bound);
  onTestFinished(() => gallery.close());
  return gallery;
}

describe('options', () => {
  it.each([
    ['nothing', {}],
    ['a url and a pool', { url: 'postgres://a/b', pool: {} }],
    ['the address of something else', { url: 'mysql://root:secret@a/b' }],
    ['an empty schema', { url: 'postgres://a/b', schema: '' }],
    ['a schema that PostgreSQL would cut', { url: 'postgres://a/b', schema: 'é'.repeat(32) }],
    ['an unknown index', { url: 'postgres://a/b?index=ivf' }],
    ['candidates beyond the limit', { url: 'postgres://a/b', efSearch: 1001 }],
    ['no patience', { url: 'postgres://a/b', lockTimeout: 0 }],
    ['no time', { url: 'postgres://a/b', timeout: Number.POSITIVE_INFINITY }],
    ['an option that is none', { url: 'postgres://a/b', timout: 5 }],
  ])('%s is refused, and no password is told', (_, options) => {
    const refused = () => createPgvectorStore(options as unknown as PgvectorStoreOptions);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(refused).not.toThrow(/secret/);
  });

  it('come from the address, and those that are given win', () => {
    const url = 'postgres://user:secret@db.example:5433/documents?schema=one&index=hnsw&sslmode=require';
    expect(settingsOf({ url })).toMatchObject({
      url: 'postgres://user:secret@db.example:5433/documents?sslmode=require',
      schema: 'one',
      index: 'hnsw',
      address: 'db.example:5433/documents',
    });
    expect(settingsOf({ url, schema: 'two', index: 'none' })).toMatchObject({ schema: 'two', index: 'none' });
  });
});

describe('a server without pgvector', () => {
  it('says what is missing, and nothing is made', async () => {
    const server = await startPGlite('bare');
    onTestFinished(() => server.remove());
    await expect(open({ url: server.url })).rejects.toMatchObject({
      code: 'STORE_REQUIREMENT_MISSING',
      details: { requirement: expect.stringContaining('not installed on this server') },
      cause: expect.any(Error),
    });
    await expect(readPgvectorSpace({ url: server.url })).rejects.toMatchObject({
      code: 'GALLERY_FILE_FOREIGN',
    });
  });
});

describe.skipIf(!postgresPrograms)(`PostgreSQL${whyNoPostgres}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.remove());

  async function say(sql: string, url = server.url): Promise<pg.QueryResult> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }
  const at = (port: number) => server.url.replace(`:${server.port}`, `:${port}`);
  const as = (user: string, database = 'postgres') =>
    server.url.replace('docclf:secret', user).replace(/postgres$/, database);

  it('tells wrong credentials, a missing right and a missing database apart', async () => {
    for (const user of ['docclf:wrong', 'nobody:wrong', 'docclf']) {
      const failure = await open({ url: as(user) }).catch((error) => error);
      expect(failure).toMatchObject({
        code: 'STORE_ACCESS_DENIED',
        details: { address: `127.0.0.1:${server.port}/postgres` },
      });
      expect(failure.message).not.toContain('wrong');
    }
    await expect(open({ url: as('docclf:secret', 'missing') })).rejects.toMatchObject({
      code: 'STORE_REQUIREMENT_MISSING',
    });
    await say("CREATE ROLE guest LOGIN PASSWORD 'guest'");
    await say('CREATE DATABASE bare');
    await expect(open({ url: as('guest:guest', 'bare') })).rejects.toMatchObject({
      code: 'STORE_REQUIREMENT_MISSING',
      details: { requirement: expect.stringContaining('CREATE EXTENSION vector') },
    });
    await say('CREATE EXTENSION vector', as('docclf:secret', 'bare'));
    await expect(open({ url: as('guest:guest', 'bare') })).rejects.toMatchObject({
      code: 'STORE_ACCESS_DENIED',
    });
    const left = await say(
      "SELECT 1 FROM pg_namespace WHERE nspname = 'docclf'",
      as('docclf:secret', 'bare'),
    );
    expect(left.rowCount).toBe(0);
  });

  it('finds pgvector in whichever schema a provider has put it', async () => {
    await say('CREATE DATABASE elsewhere');
    const url = as('docclf:secret', 'elsewhere');
    await say('CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions', url);
    const gallery = await open({ url, index: 'hnsw' });
    await gallery.add([reference('a'), reference('b', 1)]);
    expect(idsOf(await gallery.nearest(axis(1), 1))).toEqual(['b']);
  });

  it("refuses another model's gallery and leaves it as it is", async () => {
    const options = { url: server.url, schema: 'bound' };
    await expect(readPgvectorSpace(options)).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
    const gallery = await open(options);
    await gallery.add([reference('a')]);
    for (const other of [
      { id: 'test@2', dimension: 4 },
      { id: 'test@1', dimension: 8 },
    ]) {
      await expect(open({ ...options, index: 'hnsw' }, other)).rejects.toMatchObject({
        code: 'GALLERY_SPACE_MISMATCH',
      });
    }
    expect(await readPgvectorSpace(options)).toEqual(space);
    expect(await gallery.size()).toBe(1);
    const graphs = await say(
      "SELECT 1 FROM pg_indexes WHERE schemaname = 'bound' AND indexdef LIKE '%hnsw%'",
    );
    expect(graphs.rowCount).toBe(0);
  });

  it('brings an older schema to the newest, whole or not at all, and refuses a newer one', async () => {
    const settings = settingsOf({ url: server.url, schema: 'grown' });
    const gallery = await open({ url: server.url, schema: 'grown' });
    await gallery.add([reference('a')]);
    const connection = createConnection(settings);
    onTestFinished(() => connection.close());
    const broken = () => 'ALTER TABLE grown.docclf_reference ADD COLUMN extra int; SELECT 1 / 0';
    await expect(bind(connection, 'grown', space, 'none', [...migrations, broken])).rejects.toThrow(
      'division',
    );
    await gallery.add([reference('b')]);
    const next = () => 'ALTER TABLE grown.docclf_reference ADD COLUMN extra int';
    // By two at once: one of them finds it done.
    const steps = [...migrations, next];
    await Promise.all([1, 2].map(() => bind(connection, 'grown', space, 'none', steps)));
    const newer = {
      code: 'GALLERY_FILE_VERSION',
      details: { supported: migrations.length, received: steps.length },
    };
    // Whoever had it open before may not write to what he does not know.
    await expect(gallery.add([reference('c')])).rejects.toMatchObject(newer);
    await expect(open({ url: server.url, schema: 'grown' })).rejects.toMatchObject(newer);
    await expect(readPgvectorSpace({ url: server.url, schema: 'grown' })).rejects.toMatchObject(newer);
    const stored = await say('SELECT id FROM grown.docclf_reference ORDER BY id');
    expect(stored.rows).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('a schema of the release before revisions opens as before', async () => {
    const connection = createConnection(settingsOf({ url: server.url, schema: 'earlier' }));
    onTestFinished(() => connection.close());
    await bind(connection, 'earlier', space, 'none', migrations.slice(0, 1));
    // As that release left them.
    await say(`INSERT INTO earlier.docclf_reference (id, label, created_at, metadata, vector) VALUES
      ('a', 'type/a', '2024-05-06T07:08:09.123Z', '{"n":1}', '[1,0,0,0]'),
      ('b', 'moved', '2024-05-06T07:08:09.123Z', '{}', '[0,1,0,0]');
      INSERT INTO earlier.docclf_label VALUES ('type/a', 1), ('moved', 1)`);
    const gallery = await open({ url: server.url, schema: 'earlier' });
    expect(await gallery.labels()).toEqual([
      { label: 'moved', references: 1 },
      { label: 'type/a', references: 1 },
    ]);
    expect(idsOf(await gallery.nearest(axis(1), 1))).toEqual(['b']);
    const before = await gallery.revision();
    await gallery.add([reference('c', 2)]);
    expect(await gallery.revision()).not.toBe(before);
    expect(await gallery.size()).toBe(3);
  });

  it('is made once when several processes open it at once', async () => {
    const galleries = await Promise.all(
      Array.from({ length: 5 }, () => open({ url: server.url, schema: 'together', index: 'hnsw' })),
    );
    await Promise.all(galleries.map((gallery, i) => gallery.add([reference(`r${i}`)])));
    expect(await galleries[0]!.size()).toBe(5);
  });

  it('a pool that is handed over is left open', async () => {
    const pool = new pg.Pool({ connectionString: server.url });
    onTestFinished(() => pool.end());
    const gallery = await openGallery(createPgvectorStore({ pool, schema: 'handed over' }), space);
    await gallery.add([reference('a')]);
    await gallery.close();
    expect((await pool.query('SELECT id FROM "handed over".docclf_reference')).rows).toEqual([{ id: 'a' }]);
  });

  it('says so when nobody listens, and goes on when the server is back', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const url = at(proxy.port);
    proxy.down();
    await expect(open({ url })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      details: { address: `127.0.0.1:${proxy.port}/postgres` },
    });
    proxy.restore();
    const gallery = await open({ url, schema: 'back' });
    await gallery.add([reference('a')]);
    // The pool holds a connection that is dead: neither a read nor a write notices.
    proxy.cut();
    expect(idsOf(await gallery.nearest(axis(0), 1))).toEqual(['a']);
    proxy.cut();
    await gallery.add([reference('b')]);
    proxy.down();
    await expect(gallery.size()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await expect(gallery.add([reference('c')])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    proxy.restore();
    expect(await gallery.size()).toBe(2);
  });

  it('a server that was started again is found again', async () => {
    const gallery = await open({ url: server.url, schema: 'again' });
    await gallery.add([reference('a')]);
    await server.stop();
    await expect(gallery.nearest(axis(0), 1)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await server.start();
    await gallery.add([reference('b')]);
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['a', 'b']);
  });

  const isCommit = (part: Buffer) => part.includes('COMMIT\0');

  it('a connection that breaks before the commit leaves nothing', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const gallery = await open({ url: at(proxy.port), schema: 'before' });
    await gallery.add([reference('a')]);
    proxy.inspect = (part) => (isCommit(part) ? 'cut' : 'pass');
    await expect(gallery.add([reference('b'), reference('c')])).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    proxy.inspect = () => 'pass';
    expect(await gallery.size()).toBe(1);
    await gallery.add([reference('b'), reference('c')]);
  });

  it('an answer to the commit that is lost is asked for, and the commit reported as done', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const gallery = await open({ url: at(proxy.port), schema: 'lost' });
    proxy.inspect = (part) => {
      if (!isCommit(part)) return 'pass';
      proxy.inspect = () => 'pass';
      return 'swallow';
    };
    await gallery.add([reference('a'), reference('b')]);
    expect(await gallery.size()).toBe(2);
  });

  describe('a server that goes silent', () => {
    const timeout = 300;

    /** A gallery whose connection goes silent when it sends what `at` names, and what the proxy has seen till then. */
    async function silentAt(schema: string, when: RegExp, more: Partial<PgvectorStoreOptions> = {}) {
      const proxy = await startProxy(server.port);
      onTestFinished(() => proxy.close());
      const gallery = await open({
        url: at(proxy.port),
        schema,
        timeout,
        lockTimeout: 100,
        ...more,
      } as never);
      await gallery.add([reference('a')]);
      let silences = 0;
      proxy.inspect = (part) => {
        if (!when.test(part.toString('latin1')) || silences > 0) return 'pass';
        silences++;
        return 'hush';
      };
      return { gallery, silences: () => silences };
    }

    it.each([
      ['search', /ORDER BY/, (gallery: StoreGallery) => gallery.nearest(axis(0), 1)],
      ['read by id', /id = ANY/, (gallery: StoreGallery) => gallery.get('a')],
      ['read the revision', /revision::text AS revision/, (gallery: StoreGallery) => gallery.revision()],
      ['begin a write', /BEGIN/, (gallery: StoreGallery) => gallery.add([reference('b')])],
      [
        'take its turn to write',
        /RETURNING version/,
        (gallery: StoreGallery) => gallery.add([reference('b')]),
      ],
      ['insert', /INSERT INTO/, (gallery: StoreGallery) => gallery.add([reference('b')])],
      ['remove', /DELETE FROM/, (gallery: StoreGallery) => gallery.remove({ id: 'a' })],
    ] as const)(
      'when asked to %s is given up, and the next call has another connection',
      async (name, when, call) => {
        const { gallery, silences } = await silentAt(`silent ${name}`, when);
        await expect(call(gallery)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
        expect(silences()).toBe(1);
        expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['a']);
        await gallery.add([reference('c')]);
        expect(await gallery.size()).toBe(2);
        await gallery.close();
      },
    );

    it('when asked to commit is asked for its fate over another connection', async () => {
      const { gallery } = await silentAt('silent commit', /COMMIT\0/);
      // The server never saw it.
      await expect(gallery.add([reference('b')])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
      expect(await gallery.size()).toBe(1);
    });

    it('from the first byte is given up', async () => {
      const proxy = await startProxy(server.port);
      onTestFinished(() => proxy.close());
      proxy.inspect = () => 'hush';
      await expect(open({ url: at(proxy.port), timeout })).rejects.toMatchObject({
        code: 'STORE_UNREACHABLE',
      });
    });

    it('leaves a pool that was handed over without the connection', async () => {
      const proxy = await startProxy(server.port);
      onTestFinished(() => proxy.close());
      // Their own limit is shorter than ours.
      const pool = new pg.Pool({ connectionString: at(proxy.port), max: 1, query_timeout: 200 });
      pool.on('error', () => {});
      onTestFinished(() => pool.end());
      const gallery = await open({ pool, schema: 'silent pool' });
      await gallery.add([reference('a')]);
      let silences = 0;
      proxy.inspect = (part) => (part.includes('ORDER BY') && silences++ === 0 ? 'hush' : 'pass');
      await expect(gallery.nearest(axis(0), 1)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
      for (let i = 0; i < 4; i++) expect(idsOf(await gallery.nearest(axis(0), 1))).toEqual(['a']);
    });

    it('is given up by default within the patience of who waits', () => {
      expect(settingsOf({ url: 'postgres://a/b' }).timeout).toBe(15_000);
    });

    it('a day of patience is no timer that goes off at once', async () => {
      const gallery = await open({ url: server.url, schema: 'patient', timeout: 86_400_000 } as never);
      await gallery.add([reference('a')]);
      await gallery.remove({ id: 'a' });
      await gallery.purge();
      expect(await gallery.size()).toBe(0);
    });

    it('hears the signal at once, and closes', async () => {
      const { gallery } = await silentAt('silent abort', /ORDER BY/, { timeout: 5000 });
      const controller = new AbortController();
      const search = gallery.nearest(axis(0), 1, { signal: controller.signal });
      controller.abort();
      await expect(search).rejects.toMatchObject({ code: 'ABORTED' });
      await gallery.close();
    });
  });

  it('what was removed is not in the tables any more after a purge', async () => {
    const store = createPgvectorStore({ url: server.url, schema: 'purged' });
    const gallery = await openGallery(store, space);
    onTestFinished(() => gallery.close());
    await gallery.add([{ ...reference('a'), metadata: { text: 'private words' } }, reference('b')]);
    await gallery.remove({ id: 'a' });
    const bytes = async () => {
      await say('CHECKPOINT');
      const { rows } = await say(
        "SELECT pg_read_binary_file(pg_relation_filepath('purged.docclf_reference')) AS file",
      );
      return rows[0].file as Buffer;
    };
    expect((await bytes()).includes('private words')).toBe(true);
    await gallery.purge();
    expect((await bytes()).includes('private words')).toBe(false);
    expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['b']);
  });

  it('an exact search compares with everything although another process has made an index', async () => {
    const options = { url: server.url, schema: 'both' };
    const graph = await open({ ...options, index: 'hnsw' });
    await graph.add(Array.from({ length: 40 }, (_, i) => reference(`r${String(i).padStart(2, '0')}`, i % 4)));
    const exact = await open(options);
    expect(exact.store.capabilities.exact).toBe(true);
    expect(graph.store.capabilities.exact).toBe(false);
    // Forty candidates, ten ties: the first ids.
    expect(idsOf(await exact.nearest(axis(2), 3))).toEqual(['r02', 'r06', 'r10']);
  });
});
