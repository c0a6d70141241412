// Each bundler of servers, with the one line of the README, and without it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
mkdirSync('out-vite', { recursive: true });
for (const [name, bundle] of Object.entries(bundlers)) {
  for (const whole of [false, true]) {
    const file = files[name] ?? `out-${name.replace(' ', '-')}.mjs`;
    await bundle(file, whole);
    if (!existsSync(file)) throw new Error(`${name} wrote no ${file}`);
    writeFileSync('first.docclf', '');
    const { unlinkSync } = await import('node:fs');
    unlinkSync('first.docclf');
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    const told = `${stdout}${stderr}`;
    if (!whole && (status !== 0 || !stdout.includes('ok'))) throw new Error(`${name}: ${told}`);
    // In one file the model is not beside the code: an error that names bundling, and no other one.
    if (whole && !told.includes('MODEL_NOT_FOUND') && !stdout.includes('ok'))
      throw new Error(`${name}, whole: ${told}`);
    if (whole && !stdout.includes('ok') && !/bundle/.test(told)) throw new Error(`${name}, whole: ${told}`);
    console.log(
      `${name}${whole ? ', whole' : ''}: ${stdout.includes('ok') ? 'answers' : 'says what to do'} (${readFileSync(file).length} bytes)`,
    );
  }
}
console.log('ok');
