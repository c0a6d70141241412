/**
 * The gallery as a log: one record a commit, its vectors as one matrix, its texts as one JSON.
 *
 * Reading a few large values takes a small part of the time of reading as many small ones. When the log has
 * grown long or holds much that is gone, it is rewritten as what is there; the count of changes goes on, so
 * that whoever knows change n needs only what comes after it.
 */
import { assertUnitVector, DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import { type Committed, createMemorySession, type StoreChanges, type StoreSession } from '@docclf/gallery';
import { answerOf } from './database.ts';

export interface LogRecord {
  /** Key: ascends by 1 with each record. */
  readonly change: number;
  /** True: the log begins here, with an empty gallery. */
  readonly restart: boolean;
  readonly remove: readonly string[];
  readonly relabel: readonly { readonly id: string; readonly label: string }[];
  /** JSON of what is inserted: all of each reference but its vector and its attachments' bytes. */
  readonly entries: string;
  /** Row-major, in the order of the entries. */
  readonly vectors: Float32Array;
}

/** Attachments by their names alone. */
type Entry = Omit<Reference, 'vector' | 'attachments'> & { readonly attachments: readonly string[] };

/** References a record of a rewritten log, and records read at once at most: what is in memory twice for a moment. */
const recordRows = 2048;
const mostRecordsAtOnce = 64;
/** Records may be large: the first are applied while the next are read. */
const firstRecords = 2;

export interface Log {
  /** Applies what was committed since the last call, here or in other tabs. Only inside a transaction. */
  refresh(transaction: IDBTransaction): Promise<StoreSession>;
  /** Appends a commit after a refresh in the same transaction, and applies it. */
  append(transaction: IDBTransaction, changes: StoreChanges): Promise<Committed>;
  /** Replaces the log by what is there, after a refresh in the same transaction. */
  rewrite(transaction: IDBTransaction): Promise<void>;
  /** After a transaction that failed: what was applied may not have been stored. */
  forget(): void;
  /** The number of the last record that was applied. */
  readonly revision: string;
  /** Whether a rewrite pays: its cost is then a constant share of what was written since the last. */
  readonly isLong: boolean;
}

/** Reads nothing before the first refresh. */
export function createLog(gallery: string, space: EmbeddingSpace): Log {
  let memory: StoreSession | undefined;
  let known = 0;
  let [records, inserted, removed] = [0, 0, 0];

  function restart(): StoreSession {
    records = inserted = removed = 0;
    // Without pauses: a transaction that waits for anything but itself is over.
    memory = createMemorySession(space, { pauses: false });
    return memory;
  }

  async function apply(record: LogRecord, changes: StoreChanges): Promise<void> {
    await (memory ?? restart()).commit(changes);
    known = record.change;
    records++;
    inserted += changes.insert?.length ?? 0;
    removed += changes.remove?.length ?? 0;
  }

  const log: Log = {
    async refresh(transaction) {
      const store = transaction.objectStore('log');
      let count = firstRecords;
      let coming = readAfter(store, known, count);
      while (true) {
        const news = await coming;
        const isLast = news.length < count;
        count = Math.min(2 * count, mostRecordsAtOnce);
        if (!isLast) coming = readAfter(store, news.at(-1)!.change, count);
        // When a record is refused the transaction ends, and nobody waits for what was to come.
        coming.catch(() => {});
        for (const record of news) {
          const changes = decodeRecord(record, gallery, space.dimension);
          if (record.restart) restart();
          await apply(record, changes).catch(corrupt(gallery, record.change));
        }
        if (isLast) return memory ?? restart();
      }
    },

    async append(transaction, changes) {
      const record = encodeRecord(known + 1, false, changes, space.dimension);
      await apply(record, namesOnly(changes));
      transaction.objectStore('log').add(record);
      return { before: String(known - 1), after: String(known) };
    },

    async rewrite(transaction) {
      const references = await memory!.page({ after: null, limit: Number.POSITIVE_INFINITY });
      const store = transaction.objectStore('log');
      store.clear();
      let first = true;
      records = inserted = removed = 0;
      for (let i = 0; first || i < references.length; i += recordRows) {
        const insert = references.slice(i, i + recordRows);
        store.add(encodeRecord(++known, first, { insert }, space.dimension));
        first = false;
        records++;
        inserted += insert.length;
      }
    },

    forget() {
      memory = undefined;
      known = 0;
    },

    get revision() {
      return String(known);
    },

    get isLong() {
      const live = inserted - removed;
      return records > 64 + live / 16 || removed > 1024 + live;
    },
  };
  return log;
}

function readAfter(store: IDBObjectStore, change: number, count: number): Promise<LogRecord[]> {
  return answerOf(store.getAll(IDBKeyRange.lowerBound(change, true), count));
}

function encodeRecord(
  change: number,
  restart: boolean,
  { remove = [], relabel = [], insert = [] }: StoreChanges,
  dimension: number,
): LogRecord {
  const vectors = new Float32Array(insert.length * dimension);
  const entries = insert.map(({ vector, attachments, ...entry }, i): Entry => {
    vectors.set(vector, i * dimension);
    return { ...entry, attachments: Object.keys(attachments) };
  });
  return { change, restart, remove, relabel, entries: JSON.stringify(entries), vectors };
}

/** @throws GALLERY_FILE_CORRUPT */
function decodeRecord(
  { entries, vectors, ...changes }: LogRecord,
  gallery: string,
  dimension: number,
): StoreChanges {
  try {
    if (!(Number.isSafeInteger(changes.change + 1) && isList(changes.remove, 'string')))
      throw new TypeError('Expected the number of a commit and a list of ids.');
    if (!isList(changes.relabel, 'object')) throw new TypeError('Expected a list of labels.');
    // Completed in place: copies of thousands of entries would take longer than parsing them.
    const insert = JSON.parse(entries) as Entry[];
    insert.forEach((entry, i) => {
      const vector = vectors.subarray(i * dimension, (i + 1) * dimension);
      assertUnitVector(vector, dimension);
      Object.assign(entry, { vector, attachments: emptyAttachments(entry.attachments) });
    });
    return { ...changes, insert: insert as unknown as Reference[] };
  } catch (cause) {
    return corrupt(gallery, changes.change)(cause);
  }
}

/** Another script of the page's origin can write whatever it likes. */
function corrupt(gallery: string, change: unknown): (cause: unknown) => never {
  const problem = `its commit ${String(change).slice(0, 50)} cannot be read`;
  return (cause) => {
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem }, { cause });
  };
}

const isList = (value: unknown, kind: 'string' | 'object') =>
  Array.isArray(value) && value.every((one) => typeof one === kind && one !== null);

/** What is in memory: attachments without their bytes. */
function namesOnly(changes: StoreChanges): StoreChanges {
  const insert = changes.insert?.map((reference) => ({
    ...reference,
    attachments: emptyAttachments(Object.keys(reference.attachments)),
  }));
  return { ...changes, ...(insert && { insert }) };
}

function emptyAttachments(names: readonly string[]): Record<string, Uint8Array> {
  return Object.fromEntries(names.map((name) => [name, new Uint8Array()]));
}
