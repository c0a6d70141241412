import type { Options } from 'tsup';

/** What every package's build has in common: ESM only, types beside the code, readable output. */
export const base: Options = {
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
  splitting: true,
};
