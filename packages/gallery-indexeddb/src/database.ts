/** One database a gallery: how it is opened, how its schema grows, what a transaction is. */
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { translate, unavailable } from './failures.ts';

/**
 * Step i leads from version i to version i + 1. Steps are never edited once they are released.
 *
 * `log` has one record a commit (see log.ts), `attachment` the bytes that need not be in memory, by the id
 * of their reference, and `space` the embedding space that the gallery is bound to, under the key 0.
 */
export const migrations: readonly ((database: IDBDatabase) => void)[] = [
  (database) => {
    database.createObjectStore('space');
    database.createObjectStore('log', { keyPath: 'change' });
    database.createObjectStore('attachment');
  },
];

export interface Database {
  /** The space that the gallery is bound to. */
  readonly space: EmbeddingSpace;
  /**
   * Runs `work` in one transaction: all of it happens, durably, or nothing. It may await nothing but
   * requests of the transaction, which ends when there are none.
   *
   * @throws GALLERY_FULL
   */
  transact<Result>(
    mode: 'readonly' | 'readwrite',
    work: (transaction: IDBTransaction) => Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

/**
 * Opens the database `name`, which is made when it is missing, and binds a new one to `space`.
 *
 * @param onLost called when the connection ends without `close`: a newer release migrates the database in
 *   another tab, or the user removes the site's data
 * @throws STORE_REQUIREMENT_MISSING, GALLERY_LOCKED, GALLERY_FILE_VERSION, GALLERY_FILE_FOREIGN, GALLERY_FULL
 */
export async function openDatabase(
  name: string,
  space: EmbeddingSpace,
  onLost: () => void,
  steps = migrations,
): Promise<Database> {
  const connection = await connect(name, steps);
  connection.onclose = onLost;
  // Otherwise this tab would keep a newer release in another tab from migrating.
  connection.onversionchange = () => {
    connection.close();
    onLost();
  };
  const database: Omit<Database, 'space'> = {
    async transact(mode, work) {
      try {
        return await run(
          connection.transaction(connection.objectStoreNames, mode, { durability: 'strict' }),
          work,
        );
      } catch (cause) {
        throw translate(cause, name);
      }
    },
    close: () => connection.close(),
  };
  try {
    // Written only where there is none: where all is full, what is there can still be read.
    const bound =
      (await database.transact('readonly', readSpace)) ??
      (await database.transact('readwrite', async (transaction) => {
        // Again, since another tab may have been here first.
        const other = await readSpace(transaction);
        if (!other) transaction.objectStore('space').put({ id: space.id, dimension: space.dimension }, 0);
        return other ?? space;
      }));
    return { ...database, space: bound };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** What a request answers, or its error. */
export function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const readSpace = (transaction: IDBTransaction): Promise<EmbeddingSpace | undefined> =>
  answerOf(transaction.objectStore('space').get(0));

async function run<Result>(
  transaction: IDBTransaction,
  work: (transaction: IDBTransaction) => Promise<Result>,
): Promise<Result> {
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  try {
    const result = await work(transaction);
    await ended;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself, as it does when there is no space left.
    }
    await ended.catch(() => {});
    // The requests of a transaction that has failed only say that it was aborted.
    throw DocclfError.is(error) ? error : (transaction.error ?? error);
  }
}

function connect(name: string, steps: typeof migrations): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (globalThis.indexedDB === undefined) throw unavailable(new Error('There is no IndexedDB here.'));
    const request = openRequest(name, steps.length);
    let isSettled = false;
    const refuse = (error: unknown) => {
      isSettled = true;
      reject(error);
    };
    const refuseForeign = () => refuse(new DocclfError('GALLERY_FILE_FOREIGN', { gallery: name }));

    request.onblocked = () => {
      const holder = 'another tab that runs an older release; close or reload it';
      refuse(new DocclfError('GALLERY_LOCKED', { gallery: name, holder }));
    };
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion === 0 || isGallery(request.result)) {
        for (const step of steps.slice(oldVersion)) step(request.result);
        return;
      }
      refuseForeign();
      request.transaction!.abort();
    };
    request.onsuccess = () => {
      const connection = request.result;
      if (!isGallery(connection)) refuseForeign();
      // Opened after all, when nobody waits any more.
      if (isSettled) connection.close();
      else resolve(connection);
    };
    request.onerror = async () => {
      const { error } = request;
      if (error?.name === 'VersionError') refuse(await whyVersion(name, steps.length));
      else if (!isSettled)
        refuse(translate(error, name) === error ? unavailable(error) : translate(error, name));
    };
  });
}

function openRequest(name: string, version?: number): IDBOpenDBRequest {
  try {
    return indexedDB.open(name, version);
  } catch (cause) {
    // A sandboxed frame, or a user who forbids sites to store anything.
    throw unavailable(cause);
  }
}

/** The database has a higher version than this release knows: a newer release's, or not ours at all. */
async function whyVersion(gallery: string, supported: number): Promise<DocclfError> {
  const connection = await answerOf<IDBDatabase>(openRequest(gallery));
  const { version: received } = connection;
  const isOurs = isGallery(connection);
  connection.close();
  return isOurs
    ? new DocclfError('GALLERY_FILE_VERSION', { gallery, supported, received })
    : new DocclfError('GALLERY_FILE_FOREIGN', { gallery });
}

function isGallery({ objectStoreNames }: IDBDatabase): boolean {
  return ['space', 'log', 'attachment'].every((store) => objectStoreNames.contains(store));
}
