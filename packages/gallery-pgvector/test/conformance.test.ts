/** The published suite, on PGlite and on PostgreSQL, with and without an index. */
import { galleryConformance } from '@docclf/gallery/conformance';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createPgvectorStore, type PgvectorIndex } from '../src/index.ts';
import { postgresPrograms, startPGlite, startPostgres, type TestServer, whyNoPostgres } from './servers.ts';

function conformance(name: string, start: () => Promise<TestServer>, index: PgvectorIndex): void {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  }, 120_000);
  afterAll(() => server?.remove());
  galleryConformance({
    test,
    name,
    createStore: (place) => createPgvectorStore({ url: server.url, schema: place, index }),
    report: console.log,
  });
}

describe('PGlite', () => {
  conformance('pgvector (PGlite)', () => startPGlite(), 'none');
});

describe.skipIf(!postgresPrograms)(`PostgreSQL${whyNoPostgres}`, () => {
  conformance('pgvector (PostgreSQL)', startPostgres, 'none');
});

describe.skipIf(!postgresPrograms)(`PostgreSQL with HNSW${whyNoPostgres}`, () => {
  conformance('pgvector (PostgreSQL, hnsw)', startPostgres, 'hnsw');
});
