/** The store: a log in IndexedDB for what must last, a store in memory for every answer. */
import { assertSameSpace, DocclfError, type EmbeddingSpace, type Reference } from '@docclf/core';
import { describe } from '@docclf/core/implementer';
import type { GalleryStore } from '@docclf/gallery';
import { answerOf, type Database, openDatabase } from './database.ts';
import { createLog, type Log } from './log.ts';

export interface IndexedDbStoreOptions {
  /** Name of the database, one for each gallery of the page's origin. Default: `docclf`. */
  readonly name?: string | undefined;
}

export interface IndexedDbStore extends GalleryStore {
  /**
   * Rewrites the gallery without what was removed: until the store does so by itself, vectors, labels and
   * metadata of removed references lie unused in the database (their attachments are gone at once).
   * Call it after `open` and before `close`.
   *
   * @throws GALLERY_FULL
   */
  purge(): Promise<void>;
}

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
export function createIndexedDbStore({ name = 'docclf' }: IndexedDbStoreOptions = {}): IndexedDbStore {
  let space: EmbeddingSpace;
  let connected: { database: Database; log: Log } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function connect() {
    const database = await openDatabase(name, space, () => {
      connected = undefined;
    });
    connected = { database, log: createLog(name, database.space) };
    return connected;
  }

  /** One after another: nobody reads what is half applied. */
  function take<Result>(
    mode: 'readonly' | 'readwrite',
    work: (memory: GalleryStore, transaction: IDBTransaction, log: Log) => Promise<Result>,
  ): Promise<Result> {
    const result = turn.then(async () => {
      const { database, log } = connected ?? (await connect());
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
    });
    turn = result.catch(() => {});
    return result;
  }

  const rewrite = () => take('readwrite', (_, transaction, log) => log.rewrite(transaction));

  return {
    contract: 1,
    name: 'indexeddb',
    capabilities: {
      exact: true,
      persistent: true,
      filter: true,
      attachments: true,
      maximumBatch: Number.MAX_SAFE_INTEGER,
      maximumCount: Number.MAX_SAFE_INTEGER,
    },

    async open(wanted) {
      if (typeof name !== 'string' || name === '') {
        const expected = 'a name for the database';
        throw new DocclfError('INVALID_ARGUMENT', { argument: 'name', expected, received: describe(name) });
      }
      space = wanted;
      return (await connect()).database.space;
    },

    async commit(changes) {
      await take('readwrite', async (_, transaction, log) => {
        await log.append(transaction, changes);
        const attachments = transaction.objectStore('attachment');
        for (const id of changes.remove ?? []) attachments.delete(id);
        for (const reference of changes.insert ?? []) {
          const named = Object.entries(reference.attachments);
          if (named.length > 0) attachments.put(named, reference.id);
        }
      });
      // After the answer, and without one: what fails is tried again after another commit.
      if (connected?.log.isLong) rewrite().catch(() => {});
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
      connected?.database.close();
      connected = undefined;
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
