/** A static server for the built page: the right types, the right headers, compressed on the way, nothing else. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { securityHeaders } from './headers.js';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};

/** What gets smaller by it; pictures do not. */
const compressed = new Set([
  '.html',
  '.js',
  '.css',
  '.svg',
  '.json',
  '.webmanifest',
  '.wasm',
  '.onnx',
  '.bin',
]);
/** A server of many would do this once, when it is built, and take more time for it. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/**
 * @typedef {(path: string) => { status?: number, body?: Uint8Array } | undefined} Override an answer in place of the file's
 *
 * @param {{ folder: string, port?: number, override?: Override }} options port 0, the default, is any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ folder, port = 0, override }) {
  /** @type {Map<string, Buffer>} */
  const small = new Map();
  const compress = (/** @type {string} */ file) => {
    const bytes = small.get(file) ?? brotliCompressSync(readFileSync(file), quality);
    small.set(file, bytes);
    return bytes;
  };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const name = path.endsWith(sep) ? `${path}index.html` : path;
    for (const [header, value] of Object.entries(securityHeaders)) response.setHeader(header, value);
    response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
    // Names in assets/ change with their content; all others are asked for again.
    const kept = name.startsWith(`${sep}assets${sep}`);
    response.setHeader('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
    const instead = override?.(name);
    if (instead) {
      response.setHeader('cache-control', 'no-store');
      response.statusCode = instead.status ?? 200;
      response.end(instead.body);
      return;
    }
    const file = join(folder, name);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    if (compressed.has(extname(name)) && /\bbr\b/.test(String(request.headers['accept-encoding']))) {
      response.setHeader('content-encoding', 'br');
      response.setHeader('vary', 'accept-encoding');
      response.end(compress(file));
      return;
    }
    response.setHeader('content-length', statSync(file).size);
    createReadStream(file).pipe(response);
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', reject);
      // localhost is a secure context, which the camera and SHA-256 ask for.
      server.listen(port, 'localhost', resolve);
    })
  );
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
