// Each bundler of servers, with the one line of the README, and with all in one file but what is native.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import resolve from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

const external = ['@docclf/node'];
const natives = ['onnxruntime-node', 'sharp'];

/** @type {Record<string, (out: string, whole: boolean) => Promise<unknown>>} */
const bundlers = {
  'esbuild esm': (outfile, whole) =>
    esbuild({
      entryPoints: ['first.mjs'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: whole ? natives : external,
    }),
  'esbuild cjs': (outfile, whole) =>
    esbuild({
      entryPoints: ['first.cjs'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: whole ? natives : external,
      logLevel: 'error',
    }),
  rollup: async (file, whole) => {
    const bundle = await rollup({
      input: 'first.mjs',
      external: [...(whole ? natives : external), /^node:/],
      plugins: whole
        ? [resolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()]
        : [],
    });
    await bundle.write({ file, format: 'esm', inlineDynamicImports: true });
  },
  webpack: (file, whole) =>
    new Promise((done, failed) => {
      const config = {
        mode: 'production',
        target: 'node',
        entry: './first.mjs',
        externalsType: 'module-import',
        externals: whole ? natives : external,
        experiments: { outputModule: true },
        output: { path: process.cwd(), filename: file, module: true, chunkFormat: 'module' },
      };
      webpack(config, (error, stats) => {
        if (error || stats.hasErrors()) failed(error ?? new Error(stats.toString('errors-only')));
        else done();
      });
    }),
  vite: (file, whole) =>
    vite({
      logLevel: 'error',
      build: {
        ssr: 'first.mjs',
        outDir: 'out-vite',
        rollupOptions: { output: { entryFileNames: file.replace('out-vite/', '') } },
      },
      ssr: whole ? { noExternal: true, external: natives } : { external },
    }),
};

const files = { 'esbuild cjs': 'out.cjs', vite: 'out-vite/out.mjs' };
for (const [name, bundle] of Object.entries(bundlers)) {
  for (const whole of [false, true]) {
    const file = files[name] ?? `out-${name.replace(' ', '-')}.mjs`;
    await bundle(file, whole);
    if (!existsSync(file)) throw new Error(`${name} wrote no ${file}`);
    rmSync('first.docclf', { force: true });
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    if (status !== 0 || !stdout.includes('ok')) throw new Error(`${name}: ${stdout}${stderr}`);
    console.log(`${name}${whole ? ', whole' : ''}: answers (${readFileSync(file).length} bytes)`);
  }
}
console.log('ok');
