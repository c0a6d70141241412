/**
 * Keeps the whole page for visits without a network: a version is fetched in full, each file checked
 * against its hash, before it serves anybody; the old one serves until then.
 */

interface Precache {
  /** Changes with any file. */
  readonly version: string;
  /** Relative to this script. */
  readonly files: readonly { readonly url: string; readonly integrity: string }[];
}

/** Put here by the build. */
declare const __PRECACHE__: Precache;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const { version, files } = __PRECACHE__;
const prefix = 'web-live-';
const cacheName = `${prefix}${version}`;
const page = new URL('index.html', worker.location.href).href;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldVersions().then(() => worker.clients.claim()));
});

worker.addEventListener('message', ({ data }) => {
  // Sent when the person agrees: a page must not get files of another version while it is open.
  if (data === 'activate') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== worker.location.origin) return;
  event.respondWith(answer(request));
});

/** All or nothing: a file that is missing or not what was built fails the installation. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(files.map(({ url, integrity }) => new Request(url, { integrity })));
}

async function dropOldVersions(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)),
  );
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request.mode === 'navigate' ? page : request);
  return kept ?? fetch(request);
}
