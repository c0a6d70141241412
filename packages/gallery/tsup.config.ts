import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/snapshot.ts', 'src/copy.ts', 'src/conformance.ts'],
});
