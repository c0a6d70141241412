/** The vectors in memory, where they are searched, kept as new as the database. */
import { assertUnitVector, DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import { createMemorySession, type NearestQuery, type StoreMatch, type StoreSession } from '@docclf/gallery';
import { decodeText, decodeVector, type SqliteBlob } from './blob.ts';
import type { Connection } from './connection.ts';
import { readChange } from './schema.ts';

/** For how many commits removals are remembered; who has not looked for longer reads everything again. */
export const removalsKept = 10_000;

/** References read in one transaction, so that a large gallery is not held twice while it is read. */
const chunk = 5000;

interface Row {
  readonly key: number;
  readonly id: string;
  readonly label: string;
  readonly vector: SqliteBlob;
  readonly writtenAt: number;
}

type StoredRow = Omit<Row, 'id' | 'label'> & {
  readonly idBytes: SqliteBlob;
  readonly labelBytes: SqliteBlob;
};

/** In the order of change and key. */
type Place = Pick<Row, 'writtenAt' | 'key'>;

export interface Mirror {
  nearest(query: NearestQuery): Promise<readonly StoreMatch[]>;
}

/** Reads nothing before the first search: who only registers needs no vectors. */
export function createMirror(connection: Connection, space: EmbeddingSpace): Mirror {
  let memory: StoreSession | undefined;
  let idOfKey: Map<number, string>;
  /** The commit up to which removals are known; undefined at first, when there is nothing to remove. */
  let removalsUpTo: number | undefined;
  /** The last row that was read. */
  let last: Place;
  let turn: Promise<unknown> = Promise.resolve();

  function forget(): void {
    memory = undefined;
    idOfKey = new Map();
    removalsUpTo = undefined;
    last = { writtenAt: -1, key: -1 };
  }

  /** What came since the last time, or a part of it: rows are as they are now, so they may come in parts. */
  function readChanges() {
    const change = readChange(connection);
    if (removalsUpTo !== undefined && removalsUpTo < change - removalsKept) forget();
    const removed =
      removalsUpTo === undefined || removalsUpTo === change ? [] : readRemovals(connection, removalsUpTo);
    const isRead = last.writtenAt === change && last.key === Number.MAX_SAFE_INTEGER;
    const rows = isRead ? [] : readRows(connection, last);
    return { change, removed, rows };
  }

  async function refresh(): Promise<StoreSession> {
    while (true) {
      const { change, removed, rows: stored } = await connection.read(readChanges);
      const rows = stored.map((row) => decodeRow(connection, row));
      memory ??= createMemorySession(space);
      removalsUpTo = change;
      const complete = rows.length < chunk;
      const row = rows[rows.length - 1];
      // Nothing is written behind a commit's number once it is done.
      last = complete || !row ? { writtenAt: change, key: Number.MAX_SAFE_INTEGER } : row;
      if (rows.length > 0 || removed.length > 0) await apply(memory, removed, rows);
      if (complete) return memory;
    }
  }

  async function apply(memory: StoreSession, removed: readonly { key: number }[], rows: readonly Row[]) {
    // Removals come first: the key of a row that is gone may be given again.
    const remove = new Set<string>();
    for (const { key } of [...removed, ...rows]) {
      const id = idOfKey.get(key);
      if (id === undefined) continue;
      remove.add(id);
      idOfKey.delete(key);
    }
    for (const { key, id } of rows) idOfKey.set(key, id);
    await memory.commit({
      remove: [...remove],
      insert: rows.map((row) => referenceOf(connection, row, space)),
    });
  }

  forget();
  return {
    nearest(query) {
      // One after another: nobody searches what is half refreshed.
      const result = turn.then(async () => {
        try {
          return await (await refresh()).nearest(query);
        } catch (error) {
          forget();
          throw error;
        }
      });
      turn = result.catch(() => {});
      return result;
    },
  };
}

function readRemovals(connection: Connection, after: number) {
  return connection.all<{ key: number }>('SELECT key FROM docclf_removal WHERE change > ?', after);
}

function readRows(connection: Connection, { writtenAt, key }: Place): StoredRow[] {
  return connection.all<StoredRow>(
    `SELECT key, CAST(id AS BLOB) AS idBytes, CAST(label AS BLOB) AS labelBytes,
     CAST(vector AS BLOB) AS vector, CAST(change AS INTEGER) AS writtenAt FROM docclf_reference
     WHERE (change, key) > (?, ?) ORDER BY change, key LIMIT ?`,
    writtenAt,
    key,
    chunk,
  );
}

function decodeRow({ gallery }: Connection, { idBytes, labelBytes, ...row }: StoredRow): Row {
  return { ...row, id: decodeText(idBytes, gallery), label: decodeText(labelBytes, gallery) };
}

/** What a search needs of it. */
function referenceOf(
  connection: Connection,
  { id, label, vector }: Row,
  { dimension }: EmbeddingSpace,
): Reference {
  return {
    id,
    label,
    vector: checkedVector(connection, id, vector, dimension),
    metadata: {},
    createdAt: '',
    sourceHash: null,
    attachments: {},
  };
}

/**
 * SQLite has no checksums, so a damaged vector is noticed here if at all.
 *
 * @throws GALLERY_FILE_CORRUPT
 */
export function checkedVector(
  { gallery }: Connection,
  id: string,
  blob: SqliteBlob,
  dimension: number,
): Float32Array {
  try {
    const vector = decodeVector(blob);
    assertUnitVector(vector, dimension);
    return vector;
  } catch (cause) {
    const problem = `the vector of reference ${JSON.stringify(id)} is not one of ${dimension} numbers and length 1`;
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem }, { cause });
  }
}
