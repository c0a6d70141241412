import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './tools/headers.js';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** The built page carries its policy; Vite's development server could not work under it. */
function policyInPage() {
  return {
    name: 'policy-in-page',
    apply: /** @type {const} */ ('build'),
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'content-security-policy', content: contentSecurityPolicy },
        injectTo: /** @type {const} */ ('head-prepend'),
      },
    ],
  };
}

/** Tells the service worker all files of the build, with their hashes: its own text changes with any of them. */
function listForServiceWorker() {
  let folder = '';
  return {
    name: 'list-for-service-worker',
    apply: /** @type {const} */ ('build'),
    /** @param {import('vite').ResolvedConfig} config */
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      const worker = join(folder, 'service-worker.js');
      const files = readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((path) => statSync(path).isFile() && path !== worker)
        .sort()
        .map((path) => ({
          url: relative(folder, path).split(sep).join('/'),
          integrity: `sha256-${createHash('sha256').update(readFileSync(path)).digest('base64')}`,
        }));
      const list = JSON.stringify(files);
      const version = createHash('sha256').update(list).digest('hex').slice(0, 12);
      const precache = JSON.stringify({ version, files });
      writeFileSync(
        worker,
        readFileSync(worker, 'utf8').replace('__PRECACHE__', () => precache),
      );
    },
  };
}

export default defineConfig({
  root: file('.'),
  // Works in any folder of any server.
  base: './',
  plugins: [policyInPage(), listForServiceWorker()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // An asset in a data: URL would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: file('index.html'), 'service-worker': file('src/service-worker.ts') },
      output: {
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // Packages that hold workers must not be repacked in development.
  optimizeDeps: { exclude: ['@docclf/web', '@docclf/model', 'onnxruntime-web'] },
});
