/** @docclf/gallery-sqlite: references in one SQLite file. */
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.ts';
export { readSqliteSpace } from './space.ts';
export { createSqliteStore, type SqliteStoreOptions } from './store.ts';
