/** From PostgreSQL's error codes and those of sockets to docclf's errors. */
import { DocclfError } from '@docclf/core';
import { NoAnswerError } from './deadline.ts';
import type { Settings } from './options.ts';

const store = 'pgvector';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lostCodes = /^(08...|57P0[123]|ECONN\w+|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN)$/;
// Errors of the driver have no code.
const lostMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a|Query read timeout)/;

/** True when the connection is gone, or could not be had: nothing more will come through it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error) || DocclfError.is(error)) return false;
  return error instanceof NoAnswerError || lostCodes.test(codeOf(error)) || lostMessages.test(error.message);
}

/** True when the server was silent, so that asking again would only take as long again. */
export function isSilence(error: unknown): boolean {
  return (
    error instanceof NoAnswerError || (error instanceof Error && /^Query read timeout/.test(error.message))
  );
}

/** The error to throw instead of `cause`; `cause` itself where there is nothing that a user could act on. */
export function translate(cause: unknown, { address }: Settings, gallery: string): unknown {
  if (!(cause instanceof Error) || DocclfError.is(cause)) return cause;
  if (isConnectionLost(cause) || codeOf(cause) === '53300') {
    return new DocclfError('STORE_UNREACHABLE', { store, address }, { cause });
  }
  const missing = (requirement: string) =>
    new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
  switch (codeOf(cause)) {
    case '28P01': // wrong password
    case '28000': // no such user
    case '42501': // not allowed to
    case '25006': // a server, or a user, that may only read
      return new DocclfError('STORE_ACCESS_DENIED', { store, address }, { cause });
    case '53100':
      return new DocclfError('GALLERY_FULL', { gallery }, { cause });
    case '55P03':
      return new DocclfError('GALLERY_LOCKED', { gallery, holder: 'another process' }, { cause });
    case '3D000':
      return missing('a database that exists: create it first');
    default:
      // No password was given, and the server asked for one.
      if (/^SASL/.test(cause.message)) {
        return new DocclfError('STORE_ACCESS_DENIED', { store, address }, { cause });
      }
      return cause;
  }
}

/** What may be wrong when the extension cannot be made; other errors stay as they are. */
export function extensionMissing(cause: unknown): unknown {
  if (!(cause instanceof Error) || !/^(0A000|58P01|42501|22023)$/.test(codeOf(cause))) return cause;
  const requirement =
    codeOf(cause) === '42501'
      ? "the extension vector in this database, which this user may not create: let its owner run 'CREATE EXTENSION vector'"
      : 'the extension vector (pgvector), which is not installed on this server: see github.com/pgvector/pgvector or the settings of your provider';
  return new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
}

function codeOf(error: Error): string {
  return String((error as Error & { code?: unknown }).code ?? '');
}
