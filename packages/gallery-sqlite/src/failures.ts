/** From SQLite's result codes to docclf's errors. */
import { DocclfError } from '@docclf/core';

type ResultCode =
  | 'BUSY'
  | 'LOCKED'
  | 'READONLY'
  | 'IOERR'
  | 'CORRUPT'
  | 'FULL'
  | 'CANTOPEN'
  | 'NOTADB'
  | 'OTHER';

/** https://sqlite.org/rescode.html */
const primaryCodes = new Map<number, ResultCode>([
  [5, 'BUSY'],
  [6, 'LOCKED'],
  [8, 'READONLY'],
  [10, 'IOERR'],
  [11, 'CORRUPT'],
  [13, 'FULL'],
  [14, 'CANTOPEN'],
  [26, 'NOTADB'],
]);

/** True when another connection is in the way and waiting may help. */
export function isBusy(error: unknown): boolean {
  return ['BUSY', 'LOCKED'].includes(resultCodeOf(error));
}

/** The error to throw instead of `cause`; `cause` itself where SQLite has nothing to say that a user could act on. */
export function translate(cause: unknown, gallery: string, purpose: 'read' | 'write'): unknown {
  switch (resultCodeOf(cause)) {
    case 'NOTADB':
      return new DocclfError('GALLERY_FILE_FOREIGN', { gallery }, { cause });
    case 'CORRUPT':
      return new DocclfError(
        'GALLERY_FILE_CORRUPT',
        { gallery, problem: (cause as Error).message },
        { cause },
      );
    case 'FULL':
    case 'READONLY':
      return new DocclfError('FILE_UNWRITABLE', { file: gallery }, { cause });
    case 'CANTOPEN':
    case 'IOERR':
      return new DocclfError(
        purpose === 'read' ? 'FILE_UNREADABLE' : 'FILE_UNWRITABLE',
        { file: gallery },
        { cause },
      );
    default:
      if (!isSchemaBroken(cause)) return cause;
      return new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem: cause.message }, { cause });
  }
}

/** SQLite's general error has no finer code; these can only come from the file, since our statements are fixed. */
function isSchemaBroken(error: unknown): error is Error {
  return error instanceof Error && /unsupported file format|no such (table|column): /.test(error.message);
}

/** Drivers tell the code by name (better-sqlite3), by number (node:sqlite `errcode`), or either (libsql). */
function resultCodeOf(error: unknown): ResultCode {
  if (!(error instanceof Error) || DocclfError.is(error)) return 'OTHER';
  const { code, rawCode, errcode } = error as Error & {
    code?: unknown;
    rawCode?: unknown;
    errcode?: unknown;
  };
  const number = rawCode ?? errcode;
  // The low byte: what follows it only says where in SQLite it happened.
  if (typeof number === 'number') return primaryCodes.get(number & 0xff) ?? 'OTHER';
  const [, name] = /^SQLITE_([A-Z]+)/.exec(String(code)) ?? [];
  return [...primaryCodes.values()].find((known) => known === name) ?? 'OTHER';
}
