/**
 * The engine: one object of an HTTP server that honours conditions (RFC 9110, section 13), as S3, R2, Azure Blob Storage and CouchDB do.
 * This file is the one to change. A version is whatever the engine changes at each write: an ETag, a row number, a date is too coarse.
 */
import { DocclfError } from '@docclf/core';
import { shownAddress } from '@docclf/gallery';

const patience = 10_000;

export function createEngine(address) {
  const url = address.replace(/^[a-z][a-z\d+.-]*:/i, 'http:');
  const name = shownAddress(address);

  async function ask(method, init, accepted) {
    let response;
    try {
      response = await fetch(url, { method, signal: AbortSignal.timeout(patience), ...init });
    } catch (cause) {
      throw unreachable(cause);
    }
    if (accepted.includes(response.status)) return response;
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) {
      throw new DocclfError('STORE_ACCESS_DENIED', { store: 'mine', address: name });
    }
    throw unreachable(new Error(`${method} was answered with ${response.status}`));
  }

  const unreachable = (cause) =>
    new DocclfError('STORE_UNREACHABLE', { store: 'mine', address: name }, { cause });

  return {
    /** Undefined where there is nothing yet. */
    async version() {
      const response = await ask('HEAD', {}, [200, 404]);
      return response.ok ? response.headers.get('etag') : undefined;
    },

    async get() {
      const response = await ask('GET', {}, [200, 404]);
      if (!response.ok) {
        await response.body?.cancel();
        return undefined;
      }
      try {
        return { version: response.headers.get('etag'), bytes: new Uint8Array(await response.arrayBuffer()) };
      } catch (cause) {
        throw unreachable(cause);
      }
    },

    /** The new version, or undefined where `version` is no longer what is there. */
    async put(bytes, version) {
      const headers = version === undefined ? { 'if-none-match': '*' } : { 'if-match': version };
      const response = await ask('PUT', { headers, body: bytes }, [200, 201, 204, 409, 412]);
      await response.body?.cancel();
      return response.ok ? response.headers.get('etag') : undefined;
    },
  };
}
