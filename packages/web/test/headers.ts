/** What a server may send beside a page, at its strictest. */
import { createHash } from 'node:crypto';

/** Threads share memory with the first two; the last is all that a page needs, and what its bundler writes into it. */
export const strictHeaders = (page: string) => ({
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'${inlineHashes(page)}; worker-src 'self'; connect-src 'self'`,
});

function inlineHashes(page: string): string {
  const scripts = [...page.matchAll(/<script(?![^>]* src=)[^>]*>(.*?)<\/script>/gs)];
  return scripts
    .map(([, script]) => ` 'sha256-${createHash('sha256').update(script!).digest('base64')}'`)
    .join('');
}
