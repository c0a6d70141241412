/** Serves the built packages as a plain web server would, on a free port. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(import.meta.url);

/** What is served where: the packages as where they are installed. */
const folders: readonly (readonly [prefix: string, folder: string])[] = [
  ['/node_modules/@docclf/', join(root, 'packages')],
  ['/node_modules/zod/', dirname(require.resolve('zod/package.json'))],
  // The package does not export its own package.json.
  ['/node_modules/onnxruntime-web/dist/', dirname(require.resolve('onnxruntime-web/wasm'))],
  ['/fixtures/', join(root, 'fixtures')],
  ['/page/', join(root, 'packages/web/test/page')],
];

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** The README's page: what a page without a bundler has to say. */
export const readmePage = /```html\n(.*?)```/s.exec(
  readFileSync(join(root, 'packages/web/README.md'), 'utf8'),
)![1]!;
export const importMap = /<script type="importmap">.*?<\/script>/s.exec(readmePage)![0];
const mapWithStore = importMap.replace(
  '"imports": {',
  '"imports": { "@docclf/gallery-indexeddb": "/node_modules/@docclf/gallery-indexeddb/dist/index.js",',
);
/** A page that makes a journey; see `page/journey.js`. */
export const journeyPage = (settings: object) =>
  `<!doctype html><title>journey</title>${mapWithStore}<script type="application/json" id="journey">${JSON.stringify(settings)}</script><script type="module" src="/page/journey.js"></script>`;
/** What lies at `/plain.html`: the harness, by the README's import map. */
export const plainPage = `<!doctype html><title>plain</title>${importMap}<script type="module" src="/page/harness.js"></script>`;
/** `runtimeUrl` of such a page. */
export const runtimeUrl = '/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs';

export interface TestServer {
  readonly url: string;
  /** Serves a folder under `/name/`. */
  mount(name: string, folder: string): void;
  /** Serves bytes and returns their path. */
  put(name: string, bytes: Uint8Array | string): string;
  /** What the page sent by POST, by path. After `true` by `/cut` no file is served, until it sent `false`. */
  readonly received: Map<string, Buffer>;
  /** The next POST to a path. */
  posted(path: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** @param headers of every answer */
export async function startServer(headers: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const mounted = [...folders];
  const made = new Map<string, Uint8Array | string>();
  const received = new Map<string, Buffer>();
  const awaited = new Map<string, (body: Buffer) => void>();

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = normalize(decodeURIComponent(pathname));
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.set(path, Buffer.concat(chunks));
      awaited.get(path)?.(Buffer.concat(chunks));
      response.end();
      return;
    }
    // As without a network: what the page asks for does not arrive, while it can still tell what it found.
    if (String(received.get('/cut')) === 'true') return void request.socket.destroy();
    response.setHeader('cache-control', 'no-store');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    if (path === '/plain.html') return void response.end(plainPage);
    // Some bytes, and then nothing more.
    if (path === '/stalled') return void response.write('{');
    if (path === '/readme.html') return void response.end(readmePage);
    // A service worker serves what lies below it.
    if (path === '/keep.js')
      return void response.end(readFileSync(join(root, 'packages/web/test/page/keep.js')));
    const bytes = made.get(path);
    if (bytes !== undefined) return void response.end(bytes);
    const [prefix = '', folder = ''] = mounted.find(([start]) => path.startsWith(start)) ?? [];
    const file = folder === '' ? undefined : join(folder, path.slice(prefix.length));
    if (file === undefined || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    posted: (path) => new Promise((resolve) => awaited.set(path, resolve)),
    mount(name, folder) {
      mounted.push([`/${name}/`, folder]);
    },
    put(name, content) {
      made.set(`/made/${name}`, content);
      return `/made/${encodeURIComponent(name)}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
