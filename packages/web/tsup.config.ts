import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig([
  {
    ...base,
    entry: ['src/index.ts', 'src/worker-wasm.ts', 'src/worker-webgpu.ts'],
    dts: { entry: 'src/index.ts' },
    clean: ['!plain/**'],
  },
  {
    // A worker knows no import map: where there is no bundler, it must hold all that it imports.
    ...base,
    entry: { worker: 'src/worker-plain.ts' },
    outDir: 'dist/plain',
    dts: false,
    minify: true,
    sourcemap: false,
    noExternal: [/^@docclf\//, /^zod/],
  },
]);
