/** @docclf/gallery-pgvector: references in PostgreSQL with pgvector. */
export type { PgClient, PgPool, PgResult } from './connection.ts';
export type { PgvectorIndex, PgvectorStoreOptions } from './options.ts';
export { readPgvectorSpace } from './space.ts';
export { createPgvectorStore, type PgvectorStore } from './store.ts';
