/** The store: a log in IndexedDB for what must last, a store in memory for every answer. */
import { assertSameSpace, DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import { anything, checkOptions, describe, type OptionTable } from '@docclf/core/implementer';
import { type GalleryStore, memoryCapabilities, type StoreSession } from '@docclf/gallery';
import { answerOf, type Database, openDatabase } from './database.ts';
import { isConnectionDead } from './failures.ts';
import { createLog, type Log } from './log.ts';

export interface IndexedDbStoreOptions {
  /** Name of the database, one for each gallery of the page's origin. Default: `docclf`. */
  readonly name?: string | undefined;
}

const storeOptions: OptionTable<IndexedDbStoreOptions> = { name: anything };

/**
 * A store in the browser's IndexedDB, for pages and workers: it survives a reload and is shared by the tabs
 * of an origin. Each call first reads what other tabs wrote.
 *
 * Each commit is one transaction and durable when it resolves. All but attachments is held in memory, about
 * 1.3 kB a reference of 256 dimensions; attachments are read when they are asked for.
 *
 * @example
 * const classifier = await createDocClassifier({ gallery: createIndexedDbStore({ name: 'documents' }) });
 *
 * @throws from `open` and from the first call after a newer release took the database over:
 *   STORE_REQUIREMENT_MISSING, GALLERY_LOCKED, GALLERY_FILE_VERSION, GALLERY_FILE_FOREIGN; from `commit`:
 *   GALLERY_FULL; from all: GALLERY_FILE_CORRUPT
 */
export function createIndexedDbStore(options?: IndexedDbStoreOptions): GalleryStore {
  const { name = 'docclf' } = checkOptions('createIndexedDbStore', options, storeOptions);
  return {
    contract: 2,
    name: 'indexeddb',
    capabilities: { ...memoryCapabilities, persistent: true },
    async open(space) {
      if (typeof name !== 'string' || name === '') {
        const expected = 'a name for the database';
        throw new DocclfError('INVALID_ARGUMENT', { argument: 'name', expected, received: describe(name) });
      }
      const connection = createConnection(name, space);
      return createSession((await connection.connect()).database.space, connection);
    },
  };
}

interface Connected {
  readonly database: Database;
  readonly log: Log;
}

/** The database, which is opened again when the browser has taken the connection away. */
interface Connection {
  connect(): Promise<Connected>;
  /** Lets it go; the next `connect` opens it again. */
  close(): void;
}

function createConnection(name: string, space: EmbeddingSpace): Connection {
  let connected: Connected | undefined;
  return {
    async connect() {
      if (connected) return connected;
      const database = await openDatabase(name, space, () => {
        connected = undefined;
      });
      connected = { database, log: createLog(name, database.space) };
      return connected;
    },
    close() {
      connected?.database.close();
      connected = undefined;
    },
  };
}

function createSession(space: EmbeddingSpace, connection: Connection): StoreSession {
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another: nobody reads what is half applied. */
  function take<Result>(
    mode: 'readonly' | 'readwrite',
    work: (memory: StoreSession, transaction: IDBTransaction, log: Log) => Promise<Result>,
  ): Promise<Result> {
    const attempt = async () => {
      const { database, log } = await connection.connect();
      assertSameSpace(database.space, space);
      try {
        return await database.transact(mode, async (transaction) =>
          work(await log.refresh(transaction), transaction, log),
        );
      } catch (error) {
        // These were noticed before anything was applied.
        if (!DocclfError.is(error, 'REFERENCE_EXISTS') && !DocclfError.is(error, 'REFERENCE_NOT_FOUND'))
          log.forget();
        throw error;
      }
    };
    const result = turn.then(async () => {
      try {
        return await attempt();
      } catch (error) {
        if (!isConnectionDead(error)) throw error;
        connection.close();
        return await attempt();
      }
    });
    turn = result.catch(() => {});
    return result;
  }

  const rewrite = () => take('readwrite', (_, transaction, log) => log.rewrite(transaction));

  return {
    space,
    revision: () => take('readonly', async (_memory, _transaction, log) => log.revision),

    async commit(changes) {
      const [committed, isLong] = await take('readwrite', async (_, transaction, log) => {
        const committed = await log.append(transaction, changes);
        const attachments = transaction.objectStore('attachment');
        for (const id of changes.remove ?? []) attachments.delete(id);
        for (const reference of changes.insert ?? []) {
          const named = Object.entries(reference.attachments);
          if (named.length > 0) attachments.put(named, reference.id);
        }
        return [committed, log.isLong] as const;
      });
      // After the answer, and without one: what fails is tried again after another commit.
      if (isLong) rewrite().catch(() => {});
      return committed;
    },

    find: (key, values) =>
      take('readonly', async (memory, transaction) =>
        withAttachments(await memory.find(key, values), transaction),
      ),

    page: (query) =>
      take('readonly', async (memory, transaction) => withAttachments(await memory.page(query), transaction)),

    labels: () => take('readonly', (memory) => memory.labels()),

    nearest: (query) => take('readonly', (memory) => memory.nearest(query)),

    purge: rewrite,

    async close() {
      await turn;
      connection.close();
    },
  };
}

/** The memory knows which attachments there are, and the database has their bytes. */
function withAttachments(
  references: readonly Reference[],
  transaction: IDBTransaction,
): Promise<readonly Reference[]> {
  const store = transaction.objectStore('attachment');
  return Promise.all(
    references.map(async (reference) => {
      if (Object.keys(reference.attachments).length === 0) return reference;
      const named: [string, Uint8Array][] = await answerOf(store.get(reference.id));
      return { ...reference, attachments: Object.fromEntries(named) };
    }),
  );
}
