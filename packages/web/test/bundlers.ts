/** The harness, built as an app by each bundler with no more than its README paragraph says. */
import { copyFileSync, cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as buildByEsbuild } from 'esbuild';
import { build as buildByVite } from 'vite';
import webpack from 'webpack';

export interface Bundler {
  readonly name: string;
  build(folder: string): Promise<void>;
  /** What the page has to say when it opens a classifier. */
  readonly options?: object;
}

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
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
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

export const bundlers: readonly Bundler[] = [
  {
    name: 'Vite',
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
  { name: 'webpack', build: buildByWebpack },
  { name: 'esbuild', build: buildWithEsbuild, options: { runtimeUrl: './ort.wasm.bundle.min.mjs' } },
];
