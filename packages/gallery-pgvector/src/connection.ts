/** Connections from a pool: lost ones are thrown away, and a write is whole or nothing. */
import pg from 'pg';
import { within } from './deadline.ts';
import { isConnectionLost, isSilence, translate } from './failures.ts';
import type { Settings } from './options.ts';
import type { PgPool } from './pool.ts';

export type Query = <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;

export interface Connection {
  /** Names the gallery in errors. */
  readonly gallery: string;
  /** One statement that only reads; it is asked again when the connection turns out to be dead. */
  read<Row>(sql: string, ...values: unknown[]): Promise<Row[]>;
  /** Like `read`, for several statements on one connection. */
  session<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` in a transaction: all of it happens or nothing.
   *
   * @param transactionId reads the number of the transaction; when the connection breaks during the commit,
   *   the server is asked for its fate
   */
  write<Result>(work: (query: Query) => Promise<Result>, transactionId?: () => string): Promise<Result>;
  close(): Promise<void>;
}

/**
 * @throws from all: STORE_UNREACHABLE, STORE_ACCESS_DENIED, STORE_REQUIREMENT_MISSING, GALLERY_LOCKED
 */
export function createConnection(settings: Settings): Connection {
  const { address, lockTimeout, schema, timeout } = settings;
  const own = settings.url === undefined ? undefined : createPool(settings.url, timeout);
  const pool: PgPool = settings.pool ?? own!;
  const gallery = `${address} (schema ${schema})`;

  /** What only reads waits for nobody. */
  const reading = <Result>(work: (query: Query) => Promise<Result>) =>
    onClient(pool, settings, timeout, work);
  const writing = <Result>(work: (query: Query) => Promise<Result>) =>
    onClient(pool, settings, patienceToWrite(settings), work);

  /** The pool may hold connections that died unnoticed, as they do when the server is started again. */
  async function session<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    try {
      return await reading(work).catch((error) => {
        if (!isConnectionLost(error) || isSilence(error)) throw error;
        return reading(work);
      });
    } catch (error) {
      throw translate(error, settings, gallery);
    }
  }

  async function attempt<Result>(
    work: (query: Query) => Promise<Result>,
    transactionId: () => string | undefined,
    progress: { begun: boolean },
  ): Promise<Result> {
    let committing = false;
    let result: Result | undefined;
    try {
      return await writing(async (query) => {
        await query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeout}`);
        progress.begun = true;
        try {
          result = await work(query);
          committing = true;
          await query('COMMIT');
          return result;
        } catch (error) {
          // On a lost connection this fails too, and the server rolls back by itself.
          if (!committing) await query('ROLLBACK').catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      const id = committing && isConnectionLost(error) ? transactionId() : undefined;
      if (id !== undefined && (await hasCommitted(pool, settings, id).catch(() => false)))
        return result as Result;
      throw error;
    }
  }

  return {
    gallery,
    read: (sql, ...values) => session((query) => query(sql, ...values)),
    session,

    async write(work, transactionId = () => undefined as never) {
      const progress = { begun: false };
      const once = () => attempt(work, transactionId, progress);
      try {
        return await once().catch((error) => {
          // A connection that was dead before the transaction began has written nothing.
          if (progress.begun || !isConnectionLost(error) || isSilence(error)) throw error;
          return once();
        });
      } catch (error) {
        throw translate(error, settings, gallery);
      }
    },

    async close() {
      await own?.end();
    },
  };
}

/** Rows in their thousands, each with its place in an index, after those who were first. */
function patienceToWrite({ lockTimeout, timeout }: Settings): number {
  return lockTimeout + 4 * timeout;
}

/**
 * `work` on one connection, which is not used again once it has failed.
 *
 * @param patience milliseconds for each answer
 */
async function onClient<Result>(
  pool: PgPool,
  { timeout }: Settings,
  patience: number,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = await within(timeout, pool.connect(), (late) => late.release());
  let lost: Error | undefined;
  // A connection that breaks without a listener would end the process.
  const listener = (error: Error) => {
    lost = error;
  };
  client.on('error', listener);
  try {
    return await work(async (sql, ...values) => {
      if (lost) throw lost;
      try {
        return (await within(isLong(sql) ? longPatience * timeout : patience, client.query(sql, values)))
          .rows;
      } catch (error) {
        // Nothing more is asked of it, not even to roll back: the server does so when the connection ends.
        if (isConnectionLost(error)) lost = error as Error;
        throw error;
      }
    });
  } finally {
    client.removeListener('error', listener);
    client.release(lost);
  }
}

/** Whether a transaction of which we only know that it should have been committed was. */
async function hasCommitted(pool: PgPool, settings: Settings, id: string): Promise<boolean> {
  const { lockTimeout, schema } = settings;
  return onClient(pool, settings, patienceToWrite(settings), async (query) => {
    // The lock of a transaction is its own until it has ended.
    await query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeout}`);
    await query(`SELECT version FROM ${quote(schema)}.docclf_gallery FOR UPDATE`);
    const [row] = await query<{ status: string }>('SELECT pg_xact_status($1::xid8) AS status', id);
    await query('ROLLBACK');
    return row?.status === 'committed';
  });
}

function createPool(connectionString: string, timeout: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: 'docclf',
    connectionTimeoutMillis: Math.min(10_000, timeout),
    keepAlive: true,
  });
  // Idle connections that break; the next query opens another one.
  pool.on('error', () => {});
  return pool;
}

/** How many times as long as a question those statements may take that go through a whole table. */
const longPatience = 240;

function isLong(sql: string): boolean {
  return /^\s*(VACUUM|CREATE INDEX|CREATE EXTENSION|ALTER TABLE)/.test(sql);
}

/** A name as it is written in SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
