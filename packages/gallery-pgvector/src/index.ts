/** @docclf/gallery-pgvector: references in PostgreSQL with pgvector. */
export type { PgvectorIndex, PgvectorStoreOptions } from './options.ts';
export type { PgClient, PgPool, PgResult } from './pool.ts';
export { readPgvectorSpace } from './space.ts';
export { createPgvectorStore } from './store.ts';
