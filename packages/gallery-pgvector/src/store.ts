/** The store: SQL for everything, and a last look at the scores. */
import type { EmbeddingSpace } from '@docclf/core';
import type { GalleryStore } from '@docclf/gallery';
import { commit } from './commit.ts';
import { type Connection, createConnection } from './connection.ts';
import { type PgvectorStoreOptions, settingsOf } from './options.ts';
import {
  decodeReference,
  type ReferenceRow,
  referenceColumns,
  withinCondition,
  withinValues,
} from './rows.ts';
import { bind, type Names } from './schema.ts';
import { searchExactly, searchGraph } from './search.ts';

/** Ids or hashes in one question; a list of any length is asked in parts. */
const questionSize = 10_000;

export interface PgvectorStore extends GalleryStore {
  /**
   * Rewrites the tables without what was removed, whose bytes PostgreSQL otherwise leaves until it needs the
   * space; the write-ahead log and backups are not touched. Locks the gallery meanwhile. After `open` and
   * before `close`.
   *
   * @throws STORE_UNREACHABLE, STORE_ACCESS_DENIED
   */
  purge(): Promise<void>;
}

/**
 * A store in PostgreSQL with the extension pgvector, for any number of machines.
 *
 * Each commit is one transaction. Without an index every answer is that of a search in memory; with
 * `index: 'hnsw'` searches are approximate and fast in large galleries.
 *
 * @example
 * const store = createPgvectorStore({ url: 'postgres://docclf:secret@db.example/documents' });
 * const classifier = await createDocClassifier({ gallery: store });
 *
 * @throws INVALID_ARGUMENT for the options; from `open`: STORE_REQUIREMENT_MISSING, GALLERY_FILE_VERSION,
 *   GALLERY_FILE_CORRUPT; from `commit`: GALLERY_FILE_VERSION, GALLERY_LOCKED;
 *   from all: STORE_UNREACHABLE, STORE_ACCESS_DENIED
 */
export function createPgvectorStore(options: PgvectorStoreOptions): PgvectorStore {
  const settings = settingsOf(options);
  const { index, efSearch, schema } = settings;
  let connection: Connection;
  let names: Names;

  async function select(condition: string, ...values: unknown[]) {
    const sql = `SELECT ${referenceColumns(names)} FROM ${names.reference} WHERE ${condition}`;
    return (await connection.read<ReferenceRow>(sql, ...values)).map(decodeReference);
  }

  return {
    contract: 1,
    name: 'pgvector',
    capabilities: {
      exact: index === 'none',
      persistent: true,
      filter: true,
      attachments: true,
      maximumBatch: Number.MAX_SAFE_INTEGER,
      maximumCount: Number.MAX_SAFE_INTEGER,
    },

    async open(space: EmbeddingSpace) {
      connection = createConnection(settings);
      try {
        const opened = await bind(connection, schema, space, index);
        names = opened.names;
        return opened.bound;
      } catch (error) {
        await connection.close();
        throw error;
      }
    },

    commit: (changes) => commit(connection, names, changes),

    async find(key, values) {
      const column = key === 'id' ? 'id' : 'source_hash';
      const found = [];
      for (let i = 0; i < values.length; i += questionSize) {
        found.push(...(await select(`${column} = ANY($1::text[])`, values.slice(i, i + questionSize))));
      }
      return found;
    },

    async page({ after, limit, within }) {
      // No id is empty.
      const values: unknown[] = [after ?? '', limit];
      if (within !== undefined) values.push(...withinValues(within));
      const filter = within === undefined ? '' : `AND ${withinCondition(3)}`;
      return select(`id > $1 ${filter} ORDER BY id LIMIT $2`, ...values);
    },

    labels: () =>
      connection.read(`SELECT label, number::float8 AS references FROM ${names.label} WHERE number > 0`),

    nearest: (query) =>
      index === 'hnsw'
        ? searchGraph(connection, names, query, efSearch)
        : searchExactly(connection, names, query),

    async purge() {
      for (const table of [names.reference, names.attachment, names.label]) {
        await connection.read(`VACUUM (FULL) ${table}`);
      }
    },

    close: () => connection.close(),
  };
}
