/** The store: SQL for everything, and a last look at the scores. */
import type { EmbeddingSpace } from '@docclf/core';
import type { GalleryStore, StoreSession } from '@docclf/gallery';
import { commit } from './commit.ts';
import { type Connection, createConnection } from './connection.ts';
import { type PgvectorStoreOptions, type Settings, settingsOf } from './options.ts';
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
export function createPgvectorStore(options: PgvectorStoreOptions): GalleryStore {
  const settings = settingsOf(options);
  const { index, schema } = settings;
  return {
    contract: 2,
    name: 'pgvector',
    capabilities: {
      exact: index === 'none',
      persistent: true,
      filter: true,
      attachments: true,
      maximumBatch: Number.MAX_SAFE_INTEGER,
      maximumCount: Number.MAX_SAFE_INTEGER,
      distinct: true,
    },
    async open(space) {
      const connection = createConnection(settings);
      try {
        const { names, bound } = await bind(connection, schema, space, index);
        return createSession(connection, settings, names, bound);
      } catch (error) {
        await connection.close();
        throw error;
      }
    },
  };
}

function createSession(
  connection: Connection,
  { index, efSearch }: Settings,
  names: Names,
  space: EmbeddingSpace,
): StoreSession {
  async function select(condition: string, ...values: unknown[]) {
    const sql = `SELECT ${referenceColumns(names)} FROM ${names.reference} WHERE ${condition}`;
    return (await connection.read<ReferenceRow>(sql, ...values)).map(decodeReference);
  }

  return {
    space,

    async revision() {
      const [row] = await connection.read<{ revision: string }>(
        `SELECT revision::text AS revision FROM ${names.gallery}`,
      );
      return row!.revision;
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

    // Locks the gallery meanwhile. The write-ahead log and backups are not touched.
    async purge() {
      for (const table of [names.reference, names.attachment, names.label]) {
        await connection.read(`VACUUM (FULL) ${table}`);
      }
    },

    close: () => connection.close(),
  };
}
