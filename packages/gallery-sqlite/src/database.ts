/** The driver: what is used of it, and the one that opens a file when none is handed over. */
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DocclfError } from '@docclf/core';

/** No null: the types of some drivers do not take it. */
export type SqliteValue = string | number | Uint8Array;

/** The members used of a prepared statement. Blobs may come as `Uint8Array` or `ArrayBuffer`. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown;
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

/** The members used of a connection: those of libsql, better-sqlite3 and node:sqlite have them. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface OwnDatabase extends SqliteDatabase {
  close(): unknown;
}

/**
 * Opens a file with libsql, which makes it when it is missing.
 *
 * @throws FILE_UNWRITABLE when it can neither be found nor made, FILE_UNREADABLE
 */
export async function openFile(file: string): Promise<OwnDatabase> {
  const Database = await loadDriver();
  try {
    // Absolute, since libsql takes some relative paths, such as file:x, for addresses.
    return new Database(resolve(file)) as OwnDatabase;
  } catch (cause) {
    // The driver's message has the reason only as a number.
    const exists = await stat(file).then(
      () => true,
      () => false,
    );
    throw new DocclfError(exists ? 'FILE_UNREADABLE' : 'FILE_UNWRITABLE', { file }, { cause });
  }
}

async function loadDriver() {
  try {
    return (await import('libsql')).default;
  } catch (cause) {
    const way = 'Pass { database } with a connection of better-sqlite3 or node:sqlite instead of { file }.';
    throw new Error(`The package libsql could not be loaded on this platform. ${way}`, { cause });
  }
}

/**
 * Remembers which file a path names. A database whose file was removed or replaced takes every write, and loses all of
 * them when it is closed.
 *
 * @returns throws FILE_NOT_FOUND or an error without a code when the path names that file no longer
 */
export function watchFile(file: string): () => void {
  const identityOf = () => {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  };
  const identity = identityOf();
  return () => {
    let now: string;
    try {
      now = identityOf();
    } catch (cause) {
      throw new DocclfError('FILE_NOT_FOUND', { file }, { cause });
    }
    if (now !== identity)
      throw new Error(`${file} was replaced since it was opened. Open the gallery again.`);
  };
}
