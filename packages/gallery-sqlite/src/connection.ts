/** One connection: prepared statements, and transactions that wait their turn without stopping the process. */
import { setTimeout as wait } from 'node:timers/promises';
import { DocclfError } from '@docclf/core';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.ts';
import { isBusy, translate } from './failures.ts';

const retryMilliseconds = 5;

export interface Connection {
  /** Names the database in errors: its path, if known. */
  readonly gallery: string;
  exec(sql: string): void;
  run(sql: string, ...values: SqliteValue[]): void;
  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqliteValue[]): Row[];
  /** Runs `work`, which must not await, on one state of the database. */
  read<Result>(work: () => Result): Promise<Result>;
  /** Runs `work`, which must not await, in a transaction: all of it happens or nothing. */
  write<Result>(work: () => Result): Promise<Result>;
  /** Runs `work` outside a transaction, for the few statements that demand it. */
  alone<Result>(work: () => Result): Promise<Result>;
}

/**
 * @param patience milliseconds to wait for other connections
 * @throws from `read`, `write`, `alone`: GALLERY_LOCKED, GALLERY_FILE_*, FILE_*
 */
export function createConnection(database: SqliteDatabase, gallery: string, patience: number): Connection {
  const statements = new Map<string, SqliteStatement>();

  function statement(sql: string): SqliteStatement {
    let known = statements.get(sql);
    if (!known) {
      known = database.prepare(sql);
      statements.set(sql, known);
    }
    return known;
  }

  function transaction<Result>(begin: string, work: () => Result): Result {
    database.exec(begin);
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // SQLite has rolled back by itself, as it does when the disk is full.
      }
      throw error;
    }
  }

  /** SQLite's own busy_timeout would put the whole process to sleep, its timers and requests too. */
  async function patiently<Result>(purpose: 'read' | 'write', work: () => Result): Promise<Result> {
    const giveUpAt = performance.now() + patience;
    while (true) {
      try {
        return work();
      } catch (cause) {
        if (!isBusy(cause)) throw translate(cause, gallery, purpose);
        if (performance.now() >= giveUpAt) {
          throw new DocclfError('GALLERY_LOCKED', { gallery, holder: 'another process' }, { cause });
        }
        await wait(retryMilliseconds);
      }
    }
  }

  return {
    gallery,
    exec: (sql) => void database.exec(sql),
    // Values are passed one by one: node:sqlite takes an array for names. No statement here has a blob as its
    // only value: libsql takes that for the list of values and ends the process.
    run: (sql, ...values) => void statement(sql).run(...values),
    get: <Row>(sql: string, ...values: SqliteValue[]) => statement(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SqliteValue[]) => statement(sql).all(...values) as Row[],
    read: (work) => patiently('read', () => transaction('BEGIN', work)),
    write: (work) => patiently('write', () => transaction('BEGIN IMMEDIATE', work)),
    alone: (work) => patiently('write', work),
  };
}
