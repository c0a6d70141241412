/** The store: SQL for everything but the search, which runs in memory. */
import {
  DocclfError,
  type EmbeddingSpace,
  type JsonObject,
  type LabelCount,
  type Reference,
} from '@docclf/core';
import {
  anything,
  checkOptions,
  describe,
  type OptionTable,
  positiveInteger,
} from '@docclf/core/implementer';
import { type GalleryStore, memoryCapabilities, type StoreChanges, type StoreSession } from '@docclf/gallery';
import { bytesOf, decodeText, encodeVector, type SqliteBlob } from './blob.ts';
import { type Connection, createConnection } from './connection.ts';
import { type OwnDatabase, openFile, type SqliteDatabase, type SqliteValue, watchFile } from './database.ts';
import { checkedVector, createMirror, removalsKept } from './mirror.ts';
import { assertVersion, bind, readChange } from './schema.ts';

/** Ids or hashes in one question; a list of any length is asked in parts. */
const questionSize = 10_000;

interface SqliteWaiting {
  /** Milliseconds to wait for another process that is writing, then GALLERY_LOCKED. Default: 10,000. */
  readonly busyTimeout?: number | undefined;
}

/** A file, opened with libsql and made when it is missing; or a connection, which stays open. */
export type SqliteStoreOptions = SqliteWaiting &
  (
    | { readonly file: string; readonly database?: undefined }
    | { readonly database: SqliteDatabase; readonly file?: undefined }
  );

const storeOptions: OptionTable<SqliteStoreOptions> = {
  file: anything,
  database: anything,
  busyTimeout: anything,
};

/**
 * A store in one SQLite file, for one machine: crash-safe, and read by many processes while one writes.
 *
 * Each commit is one transaction and on the disk when it resolves. Vectors are held in memory too, about
 * 1.3 kB a reference of 256 dimensions, from the first search on; each search first reads what others wrote.
 *
 * A connection that is handed over must be used for nothing else meanwhile, since transactions belong to
 * connections; its journal mode becomes WAL and `synchronous` FULL at the first commit.
 *
 * @example
 * const classifier = await createDocClassifier({ gallery: createSqliteStore({ file: 'documents.db' }) });
 *
 * @throws from `open`: GALLERY_FILE_FOREIGN, GALLERY_FILE_VERSION, GALLERY_FILE_CORRUPT, FILE_UNREADABLE,
 *   FILE_UNWRITABLE, INVALID_ARGUMENT; from `commit`: FILE_UNWRITABLE; from `commit` and `revision`: FILE_NOT_FOUND when
 *   the file was removed meanwhile; from all: GALLERY_LOCKED
 */
export function createSqliteStore(options: SqliteStoreOptions): GalleryStore {
  return {
    contract: 2,
    name: 'sqlite',
    capabilities: { ...memoryCapabilities, persistent: true },
    async open(wanted) {
      const { file, database, busyTimeout = 10_000 } = checkedOptions(options);
      const own = file === undefined ? undefined : await openFile(file);
      try {
        const connection = createConnection(own ?? database!, file ?? 'the database', busyTimeout);
        const space = await bind(connection, wanted, own ? 'refused' : 'accepted');
        const assertThere = own ? watchFile(file!) : () => {};
        return createSession(connection, space, assertThere, () => own && closeOwn(own));
      } catch (error) {
        own?.close();
        throw error;
      }
    },
  };
}

function createSession(
  connection: Connection,
  space: EmbeddingSpace,
  assertThere: () => void,
  close: () => void,
): StoreSession {
  const mirror = createMirror(connection, space);
  let isPrepared = false;

  /** Reading needs none of it, so that a file that may only be read can be. */
  async function prepareToWrite(): Promise<void> {
    assertThere();
    if (isPrepared) return;
    // In WAL mode readers go on while somebody writes. FULL, because in WAL mode NORMAL may lose the last
    // commits when the power fails.
    await connection.alone(() => connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'));
    isPrepared = true;
  }

  return {
    space,
    // One small row. It counts commits, so that it can also tell what this one came after.
    revision: () =>
      connection.read(() => {
        assertThere();
        return String(readChange(connection));
      }),

    async commit(changes) {
      await prepareToWrite();
      const change = await connection.write(() => {
        assertThere();
        return apply(connection, changes);
      });
      return { before: String(change - 1), after: String(change) };
    },

    async find(key, values) {
      const column = key === 'id' ? 'id' : 'source_hash';
      const found: Reference[] = [];
      for (let i = 0; i < values.length; i += questionSize) {
        const part = JSON.stringify(values.slice(i, i + questionSize));
        found.push(
          ...(await readReferences(connection, space, `${column} IN (SELECT value FROM json_each(?))`, part)),
        );
      }
      return found;
    },

    page({ after, limit, within }) {
      // No id is empty. 0 is the character after the slash.
      const inside = within === undefined ? [] : [within, `${within}/`, `${within}0`];
      const filter = within === undefined ? '' : 'AND (label = ? OR (label >= ? AND label < ?))';
      const condition = `id > ? ${filter} ORDER BY id LIMIT ?`;
      return readReferences(connection, space, condition, after ?? '', ...inside, limit);
    },

    labels: () => countLabels(connection),

    nearest: (query) => mirror.nearest(query),

    async purge() {
      await prepareToWrite();
      await connection.alone(() => connection.exec('VACUUM'));
      // What was removed is also in the log of changes, until that is emptied.
      await connection.alone(() => {
        const result = connection.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
        if (result?.busy) throw Object.assign(new Error('The log is in use.'), { code: 'SQLITE_BUSY' });
      });
    },

    close: async () => close(),
  };
}

function closeOwn(database: OwnDatabase): void {
  try {
    // Leaves one file, without -wal and -shm beside it, unless others have it open: SQLite then refuses.
    database.exec('PRAGMA journal_mode = DELETE');
  } catch {
    // The last one to close does it, or whoever opens it next reads the log.
  }
  database.close();
}

async function countLabels(connection: Connection): Promise<LabelCount[]> {
  const rows = await connection.read(() =>
    connection.all<{ bytes: SqliteBlob; number: number }>(
      'SELECT CAST(label AS BLOB) AS bytes, count(*) AS number FROM docclf_reference GROUP BY label',
    ),
  );
  return rows.map(({ bytes, number }) => ({
    label: decodeText(bytes, connection.gallery),
    references: number,
  }));
}

function checkedOptions(given: SqliteStoreOptions): SqliteStoreOptions {
  const options = checkOptions('createSqliteStore', given, storeOptions);
  const { file, database, busyTimeout } = options;
  if (busyTimeout !== undefined) positiveInteger('busyTimeout', busyTimeout);
  if ((typeof file === 'string' && file !== '') !== (database !== undefined && database !== null))
    return options;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'options',
    expected: '{ file } with a path, or { database } with a connection',
    received: describe(options),
  });
}

/**
 * Inside a transaction, which undoes what was done before an error.
 *
 * @returns the number of the commit
 */
function apply(connection: Connection, { remove = [], relabel = [], insert = [] }: StoreChanges): number {
  const { change, version } = connection.get<{ change: number; version: number }>(
    'UPDATE docclf_gallery SET change = change + 1 RETURNING CAST(change AS INTEGER) AS change, CAST(version AS INTEGER) AS version',
  )!;
  assertVersion(connection, version);
  for (const id of remove) {
    const sql = 'DELETE FROM docclf_reference WHERE id = ? RETURNING key';
    const removed = connection.get<{ key: number }>(sql, id);
    if (!removed) continue;
    connection.run('DELETE FROM docclf_attachment WHERE reference = ?', removed.key);
    connection.run('INSERT INTO docclf_removal (change, key) VALUES (?, ?)', change, removed.key);
  }
  if (remove.length > 0) connection.run('DELETE FROM docclf_removal WHERE change < ?', change - removalsKept);
  for (const { id, label } of relabel) {
    const sql = 'UPDATE docclf_reference SET label = ?, change = ? WHERE id = ? RETURNING key';
    if (!connection.get(sql, label, change, id)) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
  }
  for (const reference of insert) insertReference(connection, reference, change);
  return change;
}

function insertReference(connection: Connection, reference: Reference, change: number): void {
  const { id, label, sourceHash, createdAt, metadata, vector, attachments } = reference;
  const inserted = connection.get<{ key: number }>(
    `INSERT INTO docclf_reference (id, label, source_hash, created_at, metadata, vector, change)
     VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING key`,
    id,
    label,
    sourceHash ?? '',
    createdAt,
    JSON.stringify(metadata),
    encodeVector(vector),
    change,
  );
  if (!inserted) {
    const existing = connection.get<{ bytes: SqliteBlob }>(
      'SELECT CAST(label AS BLOB) AS bytes FROM docclf_reference WHERE id = ?',
      id,
    );
    throw new DocclfError('REFERENCE_EXISTS', { id, label: decodeText(existing!.bytes, connection.gallery) });
  }
  for (const [name, bytes] of Object.entries(attachments)) {
    const sql = 'INSERT INTO docclf_attachment (reference, name, bytes) VALUES (?, ?, ?)';
    connection.run(sql, inserted.key, name, bytes);
  }
}

/** Texts as bytes; the names differ from the columns', which a condition means. */
interface Row {
  readonly key: number;
  readonly idBytes: SqliteBlob;
  readonly labelBytes: SqliteBlob;
  readonly sourceBytes: SqliteBlob | null;
  readonly createdBytes: SqliteBlob;
  readonly metadataBytes: SqliteBlob;
  readonly vectorBytes: SqliteBlob;
}

/** The references that meet a condition, with their attachments, as they were at one moment. */
async function readReferences(
  connection: Connection,
  { dimension }: EmbeddingSpace,
  condition: string,
  ...values: SqliteValue[]
): Promise<Reference[]> {
  const { rows, attachments } = await connection.read(() => {
    const rows = connection.all<Row>(
      `SELECT key, CAST(id AS BLOB) AS idBytes, CAST(label AS BLOB) AS labelBytes,
       CAST(source_hash AS BLOB) AS sourceBytes, CAST(created_at AS BLOB) AS createdBytes,
       CAST(metadata AS BLOB) AS metadataBytes, CAST(vector AS BLOB) AS vectorBytes
       FROM docclf_reference WHERE ${condition}`,
      ...values,
    );
    const attachments = connection.all<{ reference: number; nameBytes: SqliteBlob; bytes: SqliteBlob }>(
      `SELECT CAST(reference AS INTEGER) AS reference, CAST(name AS BLOB) AS nameBytes, CAST(bytes AS BLOB) AS bytes
       FROM docclf_attachment
       WHERE reference IN (SELECT value FROM json_each(?))`,
      JSON.stringify(rows.map(({ key }) => key)),
    );
    return { rows, attachments };
  });
  const ofReference = new Map<number, Record<string, Uint8Array>>();
  const textOf = (bytes: SqliteBlob) => decodeText(bytes, connection.gallery);
  for (const { reference, nameBytes, bytes } of attachments) {
    const named = ofReference.get(reference) ?? {};
    named[textOf(nameBytes)] = bytesOf(bytes);
    ofReference.set(reference, named);
  }
  return rows.map(({ key, idBytes, labelBytes, sourceBytes, createdBytes, metadataBytes, vectorBytes }) => {
    const id = textOf(idBytes);
    return {
      id,
      label: textOf(labelBytes),
      vector: checkedVector(connection, id, vectorBytes, dimension),
      metadata: parseMetadata(connection, id, textOf(metadataBytes)),
      createdAt: textOf(createdBytes),
      sourceHash: sourceBytes && textOf(sourceBytes),
      attachments: ofReference.get(key) ?? {},
    };
  });
}

function parseMetadata({ gallery }: Connection, id: string, text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (cause) {
    const problem = `the metadata of reference ${JSON.stringify(id)} is not JSON`;
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem }, { cause });
  }
}
