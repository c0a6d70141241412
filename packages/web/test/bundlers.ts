/** The harness, built as an app by each bundler with no more than its README paragraph says. */
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as buildByEsbuild } from 'esbuild';
import { build as buildByVite } from 'vite';
import webpack from 'webpack';
import { runtimeUrl } from './server.ts';

export interface Bundler {
  readonly name: string;
  /** Of the bundler, as it is installed; none where there is none. */
  readonly version?: string;
  build(folder: string): Promise<void>;
  /** Where the page is served. Default: `index.html` of the folder. */
  readonly page?: string;
  /** What the page has to say when it opens a classifier. */
  readonly options?: object;
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const entry = here('page/harness.js');
const alias = { '@docclf/web': here('../dist/index.js') };
const page = '<!doctype html><title>built</title><script type="module" src="./main.js"></script>';

async function buildByWebpack(folder: string): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    entry,
    output: { path: folder, filename: 'main.js' },
    resolve: { alias },
    devtool: false,
  });
  await new Promise<void>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats!.toString('errors-only')));
      else compiler.close(() => resolve());
    });
  });
  writeFileSync(join(folder, 'index.html'), page);
}

async function buildWithEsbuild(folder: string): Promise<void> {
  await buildByEsbuild({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'main.js'),
    alias,
    external: ['onnxruntime-web/*'],
    logLevel: 'error',
  });
  const runtime = dirname(require.resolve('onnxruntime-web/wasm'));
  cpSync(here('../dist/plain'), join(folder, 'plain'), { recursive: true });
  for (const file of [
    'manifest.json',
    'docclf-base.onnx',
    'docclf-cohort.bin',
    'localiser.json',
    'localiser.onnx',
  ])
    copyFileSync(here(`../../model/${file}`), join(folder, file));
  for (const file of ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'])
    copyFileSync(join(runtime, file), join(folder, file));
  writeFileSync(join(folder, 'index.html'), page);
}

/** A static export, so that the server of these tests can send what policy it likes. */
async function buildByNext(bundler: '--turbopack' | '--webpack', folder: string): Promise<void> {
  const next = require.resolve('next/dist/bin/next');
  const cwd = here('next');
  const clear = () => {
    for (const made of ['.next', 'out']) rmSync(join(cwd, made), { recursive: true, force: true });
  };
  clear();
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  await promisify(execFile)(process.execPath, [next, 'build', bundler], { cwd, env });
  cpSync(join(cwd, 'out'), folder, { recursive: true });
  clear();
}

/** In the order of the README. */
export const bundlers: readonly Bundler[] = [
  {
    name: 'Vite',
    version: versionOf('vite'),
    async build(folder) {
      await buildByVite({
        root: here('page'),
        base: './',
        logLevel: 'error',
        resolve: { alias },
        build: { outDir: folder, emptyOutDir: true },
      });
    },
  },
  {
    name: 'Next.js, Turbopack',
    version: versionOf('next'),
    build: (folder) => buildByNext('--turbopack', folder),
  },
  {
    name: 'Next.js, webpack',
    version: versionOf('next'),
    build: (folder) => buildByNext('--webpack', folder),
  },
  { name: 'webpack', version: versionOf('webpack'), build: buildByWebpack },
  {
    name: 'esbuild',
    version: versionOf('esbuild'),
    build: buildWithEsbuild,
    options: { runtimeUrl: './ort.wasm.bundle.min.mjs' },
  },
  // The packages as they are published.
  { name: 'none, an import map', build: async () => {}, page: '/plain.html', options: { runtimeUrl } },
];
