/** What the page may do, as the browser enforces it. One policy: in the page, and in its server's answers. */

/** Only this origin, and nothing else: no request can leave for another host, whatever the code tries. */
const policy = {
  'default-src': "'self'",
  // The model runs in WebAssembly.
  'script-src': "'self' 'wasm-unsafe-eval'",
  // Pictures that were dropped and thumbnails of the gallery are blobs of this page.
  'img-src': "'self' blob:",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

const text = Object.entries(policy)
  .map(([name, value]) => `${name} ${value}`)
  .join('; ');

/** For the page's own head, so that it also holds where the server sends no headers. */
export const contentSecurityPolicy = text;

/** For every answer. `frame-ancestors` works as a header only. */
export const securityHeaders = {
  'content-security-policy': `${text}; frame-ancestors 'none'`,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
