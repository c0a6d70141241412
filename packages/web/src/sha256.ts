/** SHA-256 by the browser. */
import { DocclfError } from '@docclf/core';

/**
 * The digest in lower-case hexadecimal.
 *
 * @throws RUNTIME_FAILED on a page that is neither https: nor localhost
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers hide it from pages that someone on the way could have changed.
  if (globalThis.crypto?.subtle === undefined) {
    const cause = new Error('crypto.subtle exists in secure contexts only: serve the page by https:');
    throw new DocclfError('RUNTIME_FAILED', { operation: 'compute a SHA-256' }, { cause });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
