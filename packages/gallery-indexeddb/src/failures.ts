/** From IndexedDB's exceptions to docclf's errors. */
import { DocclfError } from '@docclf/core';

/** The error to throw instead of `cause`; `cause` itself where IndexedDB has nothing to say that a user could act on. */
export function translate(cause: unknown, gallery: string): unknown {
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return isFull ? new DocclfError('GALLERY_FULL', { gallery }, { cause }) : cause;
}

/**
 * True when the connection is of no use any more, which some browsers tell by no event: after a page was frozen, or when
 * the process that keeps the data ended. The transaction has then not begun, or has been undone.
 */
export function isConnectionDead(error: unknown): boolean {
  return error instanceof DOMException && /^(InvalidStateError|UnknownError)$/.test(error.name);
}

/** There is no IndexedDB, or the browser does not let this page use it. */
export function unavailable(cause: unknown): DocclfError {
  const requirement = 'IndexedDB, which this page or window may not use; keep references in memory instead';
  return new DocclfError('STORE_REQUIREMENT_MISSING', { store: 'indexeddb', requirement }, { cause });
}
