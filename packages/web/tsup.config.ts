import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig([
  {
    ...base,
    entry: ['src/index.ts', 'src/webgpu.ts', 'src/worker-wasm.ts', 'src/worker-webgpu.ts'],
    dts: { entry: ['src/index.ts', 'src/webgpu.ts'] },
    clean: ['!plain/**'],
  },
  {
    // A worker knows no import map: where there is no bundler, it must hold all that it imports.
    ...base,
    entry: { worker: 'src/worker-plain.ts' },
    outDir: 'dist/plain',
    dts: false,
    // Not the white space, with which go the comments that tell bundlers to leave an import alone.
    esbuildOptions(options) {
      options.minifyIdentifiers = true;
      options.minifySyntax = true;
    },
    sourcemap: false,
    noExternal: [/^@docclf\//, /^zod/],
  },
]);
