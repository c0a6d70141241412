/** What can be wrong with a server, and what Chroma leaves to its clients. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewReference } from '@docclf/core';
import { openGallery, type StoreGallery } from '@docclf/gallery';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProxy, type TestProxy } from '../../../fixtures/servers/proxy.ts';
import { type ChromaStoreOptions, createChromaStore, readChromaSpace } from '../src/index.ts';
import { settingsOf } from '../src/options.ts';
import { chromaPrograms, startChroma, type TestServer, whyNoChroma } from './servers.ts';

vi.setConfig({ testTimeout: 120_000 });

const space = { id: 'test@1', dimension: 4 };
const axis = (i: number) => Float32Array.from({ length: 4 }, (_, j) => (j === i ? 1 : 0));
const reference = (id: string, i = 0): NewReference => ({ id, label: `type/${id}`, vector: axis(i) });
const idsOf = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

/** Closed when the test ends. */
async function open(options: ChromaStoreOptions, bound = space): Promise<StoreGallery> {
  const gallery = await openGallery(createChromaStore(options), bound);
  onTestFinished(() => gallery.close());
  return gallery;
}

async function listIds(gallery: StoreGallery, within?: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of gallery.references({ within })) ids.push(id);
  return ids;
}

describe('options', () => {
  it.each([
    ['no address', { url: 'documents.db' }],
    ['the address of something else', { url: 'postgres://root:secret@a/b' }],
    ['a collection that Chroma does not take', { url: 'http://localhost:8000/a' }],
    ['a % that encodes nothing', { url: 'http://localhost:8000/%zz' }],
    ['such a % in a password', { url: 'http://user:%zz@localhost:8000/documents' }],
    ['no patience', { url: 'http://localhost:8000/documents', timeout: 0 }],
  ])('%s is refused, and no password is told', (_, options) => {
    const refused = () => createChromaStore(options);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(refused).not.toThrow(/secret/);
  });

  it('come from the address, and those that are given win', () => {
    const url = 'chromas://user:se%20cret@db.example/under/documents?tenant=t%2F1&database=d';
    expect(settingsOf({ url, token: 'abc' })).toEqual({
      base: 'https://db.example/under/api/v2/tenants/t%2F1/databases/d',
      tenant: 't/1',
      database: 'd',
      collection: 'documents',
      headers: {
        'content-type': 'application/json',
        authorization: 'Basic dXNlcjpzZSBjcmV0',
        'x-chroma-token': 'abc',
      },
      timeout: 60_000,
      address: 'db.example/under/documents',
    });
    const plain = settingsOf({ url: 'chroma://localhost:8000', tenant: 'one', database: 'two' });
    expect(plain).toMatchObject({
      base: 'http://localhost:8000/api/v2/tenants/one/databases/two',
      collection: 'docclf',
    });
  });
});

describe('a server that is none', () => {
  /** Answers every request by `answer`. */
  async function serve(
    answer: (response: ServerResponse, request: IncomingMessage) => void,
  ): Promise<string> {
    const server = createServer((request, response) => answer(response, request));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([200, 500])('and answers without an end and %i is left, and nothing of it kept', async (status) => {
    let sent = 0;
    const piece = Buffer.alloc(2 ** 20, 0x20);
    const url = await serve((response) => {
      response.writeHead(status);
      const more = () => {
        do sent += piece.length;
        while (response.write(piece));
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    await expect(open({ url: `${url}/documents` })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    // What was sent until it noticed.
    expect(sent).toBeLessThan(2 ** 28 + 64 * 2 ** 20);
  });

  it('and leads elsewhere is not followed, and the token not told', async () => {
    let asked = 0;
    const other = await serve((response) => {
      asked++;
      response.end('{}');
    });
    for (const status of [301, 302, 307, 308]) {
      const url = await serve((response, request) =>
        response.writeHead(status, { location: `${other}${request.url}` }).end(),
      );
      await expect(open({ url: `${url}/documents`, token: 'SECRET' })).rejects.toMatchObject({
        code: 'STORE_FAILED',
      });
    }
    expect(asked).toBe(0);
  });
});

describe.skipIf(chromaPrograms.length === 0)(`Chroma${whyNoChroma}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startChroma(chromaPrograms[0]!);
  }, 120_000);
  afterAll(() => server?.remove());

  /** Past the store. */
  async function say(path: string, body?: unknown): Promise<{ id: string; metadata: unknown }> {
    const base = `${server.url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
    const response = await fetch(base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json() as Promise<{ id: string; metadata: unknown }>;
  }

  it('a server that is not there says so', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const url = `http://user:secret@127.0.0.1:${proxy.port}/there`;
    proxy.down();
    const failure = await open({ url }).catch((error) => error);
    expect(failure).toMatchObject({
      code: 'STORE_UNREACHABLE',
      details: { address: `127.0.0.1:${proxy.port}/there` },
    });
    expect(failure.message).not.toContain('secret');
    proxy.restore();
    const gallery = await open({ url });
    await gallery.add([reference('a')]);
    // A connection that is kept is dead: neither a read nor a write notices.
    proxy.cut();
    expect(idsOf(await gallery.nearest(axis(0), 1))).toEqual(['a']);
    proxy.cut();
    await gallery.add([reference('b')]);
    expect(await gallery.size()).toBe(2);
  });

  it('a server that does not answer in time says so', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    await expect(open({ url: `http://127.0.0.1:${port}/slow`, timeout: 100 })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      cause: { name: 'TimeoutError' },
    });
  });

  it('wrong credentials are told apart; Chroma leaves them to what stands before it', async () => {
    const gate = createServer((asked, answer) => {
      const known =
        asked.headers['x-chroma-token'] === 'right' || asked.headers.authorization === 'Basic dTpw';
      if (!known) {
        answer.writeHead(401).end('who are you?');
        return;
      }
      const { method, url, headers } = asked;
      const passed = request(
        { port: server.port, host: '127.0.0.1', method, path: url, headers },
        (given) => {
          answer.writeHead(given.statusCode!, given.headers);
          given.pipe(answer);
        },
      );
      asked.pipe(passed);
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      gate.closeAllConnections();
      gate.close();
    });
    const { port } = gate.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/guarded`;
    for (const options of [{ url }, { url, token: 'wrong' }, { url: url.replace('//', '//u:no@') }]) {
      await expect(open(options)).rejects.toMatchObject({ code: 'STORE_ACCESS_DENIED' });
    }
    await (await open({ url, token: 'right' })).add([reference('a')]);
    expect(await (await open({ url: url.replace('//', '//u:p@') })).size()).toBe(1);
  });

  it('a missing database and a server of something else are told apart', async () => {
    await expect(open({ url: `${server.url}/missing?database=none` })).rejects.toMatchObject({
      code: 'STORE_REQUIREMENT_MISSING',
      details: { requirement: expect.stringContaining('database none of tenant default_tenant') },
    });
    const other = createServer((_, answer) => answer.end('<h1>Welcome</h1>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      other.closeAllConnections();
      other.close();
    });
    const { port } = other.address() as AddressInfo;
    await expect(open({ url: `http://127.0.0.1:${port}/pages` })).rejects.toMatchObject({
      code: 'STORE_REQUIREMENT_MISSING',
    });
  });

  it("refuses somebody else's collection, another model's gallery and a newer one", async () => {
    const url = `${server.url}/bound`;
    await expect(readChromaSpace({ url })).rejects.toMatchObject({ code: 'GALLERY_FILE_FOREIGN' });
    const gallery = await open({ url });
    await gallery.add([reference('a')]);
    for (const other of [
      { id: 'test@2', dimension: 4 },
      { id: 'test@1', dimension: 8 },
    ]) {
      await expect(open({ url }, other)).rejects.toMatchObject({ code: 'GALLERY_SPACE_MISMATCH' });
    }
    expect(await readChromaSpace({ url })).toEqual(space);
    expect(await gallery.size()).toBe(1);
    await say('', { name: 'notes' });
    await expect(open({ url: `${server.url}/notes` })).rejects.toMatchObject({
      code: 'GALLERY_FILE_FOREIGN',
    });
    await say('', { name: 'newer', metadata: { docclf: 3, space: 'test@1', dimension: 4 } });
    await expect(open({ url: `${server.url}/newer` })).rejects.toMatchObject({
      code: 'GALLERY_FILE_VERSION',
      details: { supported: 2, received: 3 },
    });
  });

  it('gives vectors back to the last bit', async () => {
    const gallery = await open({ url: `${server.url}/bits` });
    const vectors = Array.from({ length: 200 }, (_, i) =>
      Float32Array.of(Math.cos(i), Math.sin(i) * Math.cos(2 * i), Math.sin(i) * Math.sin(2 * i), 0),
    );
    await gallery.add(vectors.map((vector, i) => ({ id: `r${i}`, label: 'x', vector })));
    for await (const { id, vector } of gallery.references()) {
      expect([...vector]).toEqual([...vectors[Number(id.slice(1))]!]);
    }
  });

  it('holds more than Chroma can name to its database at once', async () => {
    const url = `${server.url}/many`;
    const gallery = await open({ url });
    const { id } = await say('/many');
    // As the store writes them, in larger batches.
    const count = 33_000;
    for (let first = 0; first < count; first += 3000) {
      const rows = Array.from({ length: 3000 }, (_, i) => first + i);
      await say(`/${id}/add`, {
        ids: rows.map((row) => `r${row}`),
        embeddings: rows.map((row) => [1, row / count, 0, 0]),
        metadatas: rows.map((row) => ({
          label: `t${row % 2}`,
          in1: `t${row % 2}`,
          created: '',
          commit: 'x',
        })),
        documents: rows.map(() => '{"metadata":{}}'),
      });
    }
    await gallery.add([reference('last', 2)]);
    expect(await gallery.labels()).toEqual([
      { label: 't0', references: count / 2 },
      { label: 't1', references: count / 2 },
      { label: 'type/last', references: 1 },
    ]);
    const found = await gallery.nearestLabels(axis(2), 3);
    expect(found[0]!.label).toBe('type/last');
    expect(new Set(found.map(({ label }) => label)).size).toBe(3);
  });

  it('is made once when several processes open it at once', async () => {
    const galleries = await Promise.all(
      Array.from({ length: 5 }, () => open({ url: `${server.url}/together` })),
    );
    await Promise.all(galleries.map((gallery, i) => gallery.add([reference(`r${i}`)])));
    expect(await galleries[0]!.size()).toBe(5);
  });

  /** Lets the proxy do this to the next write to a collection of this name, or to one of another name. */
  async function prepareFate(proxy: TestProxy, fate: 'cut' | 'swallow', name: string, isOther = false) {
    const { id } = await say(`/${name}`);
    const write = /POST \S+\/collections\/(\S+)\/(add|upsert|update|delete) /;
    proxy.inspect = (part) => {
      const [, written] = write.exec(part.toString('latin1')) ?? [];
      if (written === undefined || (written === id) === isOther) return 'pass';
      proxy.inspect = () => 'pass';
      return fate;
    };
  }

  it('a connection that breaks before a write arrived leaves nothing; after it, all, and it is known', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const gallery = await open({ url: `http://127.0.0.1:${proxy.port}/broken` });
    const next = (fate: 'cut' | 'swallow') => prepareFate(proxy, fate, 'broken');
    await next('cut');
    await expect(gallery.add([reference('a'), reference('b')])).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    expect(await gallery.size()).toBe(0);
    await next('swallow');
    await gallery.add([reference('a'), reference('b')]);
    expect(await gallery.size()).toBe(2);
  });

  it('a commit of which the record is lost is counted by everyone all the same', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const [writer, reader] = [
      await open({ url: `http://127.0.0.1:${proxy.port}/unrecorded` }),
      await open({ url: `${server.url}/unrecorded` }),
    ];
    await writer.add([reference('a')]);
    expect(await reader.size()).toBe(1);
    for (const fate of ['cut', 'swallow'] as const) {
      await prepareFate(proxy, fate, 'unrecorded', true);
      await writer.add([reference(fate)]);
      expect(await reader.labels()).toContainEqual({ label: `type/${fate}`, references: 1 });
    }
    // As a writer leaves it who dies before his commit, which arrives later than everyone has looked.
    const { id: own } = await say('/unrecorded');
    const { id: revisions } = await say(`/docclf-revisions-${own}`);
    await say(`/${revisions}/add`, {
      ids: ['dead'],
      embeddings: [[1]],
      metadatas: [{ done: false, at: Date.now() }],
      documents: ['["late"]'],
    });
    expect(await reader.size()).toBe(3);
    await say(`/${own}/add`, oldRecords('late'));
    expect(await reader.labels()).toContainEqual({ label: 'late', references: 1 });
    expect(await reader.size()).toBe(4);
  });

  /** A reference as releases wrote it that recorded no commits. */
  const oldRecords = (label: string) => ({
    ids: [`of ${label}`],
    embeddings: [[0, 0, 0, 1]],
    metadatas: [{ label, in1: label, created: '2024-05-06T07:08:09.123Z', commit: 'old', source: 'hash' }],
    documents: ['{"metadata":{"n":1},"attachments":[["thumbnail","AQID"]]}'],
  });

  it('a collection of an earlier release opens as before, and its writers are refused once this one wrote', async () => {
    const metadata = { docclf: 1, space: 'test@1', dimension: 4 };
    const configuration = { hnsw: { space: 'ip', ef_construction: 200, ef_search: 200 } };
    const { id } = await say('', { name: 'earlier', metadata, configuration });
    await say(`/${id}/add`, oldRecords('old'));
    const gallery = await open({ url: `${server.url}/earlier` });
    expect(await gallery.labels()).toEqual([{ label: 'old', references: 1 }]);
    expect(await gallery.get('of old')).toEqual({
      id: 'of old',
      label: 'old',
      vector: axis(3),
      metadata: { n: 1 },
      createdAt: '2024-05-06T07:08:09.123Z',
      sourceHash: 'hash',
      attachments: { thumbnail: Uint8Array.of(1, 2, 3) },
    });
    // As long as nobody has written a record, nothing tells what others did.
    await say(`/${id}/add`, oldRecords('older'));
    expect(await gallery.size()).toBe(2);
    expect((await say('/earlier')).metadata).toEqual(metadata);
    await gallery.add([reference('a')]);
    expect((await say('/earlier')).metadata).toEqual({ ...metadata, docclf: 2 });
    expect(await gallery.revision()).toBe(await gallery.revision());
    expect(await gallery.size()).toBe(3);
    expect(await (await open({ url: `${server.url}/earlier` })).size()).toBe(3);
  });

  it('counts are written down now and then, and are right for who was there and who comes', async () => {
    const url = `${server.url}/counted`;
    const [one, two] = [await open({ url }), await open({ url })];
    for (let i = 0; i < 40; i++) {
      await [one, two][i % 2]!.add([{ ...reference(`r${i}`), label: `label ${i % 3}` }]);
    }
    await one.rename('label 0', 'label 1', { merge: true });
    await two.remove({ id: 'r2' });
    const counts = [
      { label: 'label 1', references: 27 },
      { label: 'label 2', references: 12 },
    ];
    for (const gallery of [one, two, await open({ url })]) expect(await gallery.labels()).toEqual(counts);
    const { id } = await say('/counted');
    const { id: revisions } = await say(`/docclf-revisions-${id}`);
    const stored = (await say(`/${revisions}/get`, { include: [] })) as unknown as { ids: string[] };
    expect(stored.ids.length).toBeLessThan(40);
  });

  it('what is removed beside an insertion is gone with it, although removing its record failed', async () => {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const url = `http://127.0.0.1:${proxy.port}/marked`;
    const gallery = await open({ url });
    const store = await createChromaStore({ url }).open(space);
    await gallery.add([reference('a'), reference('b'), reference('c', 1)]);
    const stored = (await gallery.get('c'))!;
    proxy.inspect = (part) => (part.includes('/delete ') ? 'cut' : 'pass');
    await store.commit({
      remove: ['a'],
      relabel: [{ id: 'b', label: 'moved/far/away' }],
      insert: [{ ...stored, id: 'd', label: 'new' }],
    });
    const check = async () => {
      expect(await listIds(gallery)).toEqual(['b', 'c', 'd']);
      expect(await listIds(gallery, 'type')).toEqual(['c']);
      expect(await listIds(gallery, 'moved/far')).toEqual(['b']);
      expect(idsOf(await gallery.nearest(axis(0), 9))).toEqual(['b', 'c', 'd']);
      expect(await gallery.get('a')).toBeUndefined();
      expect(await gallery.size()).toBe(3);
    };
    await check();
    // Its id is free, and what is written there now stays when the marked are cleared away.
    await gallery.add([reference('a')]);
    proxy.inspect = () => 'pass';
    await store.commit({ remove: ['a'], insert: [{ ...stored, id: 'e', label: 'new' }] });
    await store.commit({ remove: ['e'] });
    await check();
  });

  it('of two processes that add one id at once, the later takes back what it had added beside', async () => {
    const url = `${server.url}/race`;
    const [one, two] = [await open({ url }), await open({ url })];
    // Each has looked and seen nothing when the other writes.
    for (let i = 0; i < 5; i++) {
      const outcomes = await Promise.allSettled([
        one.add([reference(`same${i}`), reference(`one${i}`)]),
        two.add([reference(`two${i}`), reference(`same${i}`)]),
      ]);
      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
      expect(outcomes[1 - winner]).toMatchObject({ reason: { code: 'REFERENCE_EXISTS' } });
      const expected = [winner === 0 ? `one${i}` : `two${i}`, `same${i}`].sort();
      expect((await listIds(one)).filter((id) => id.endsWith(String(i)))).toEqual(expected);
    }
  });
});
