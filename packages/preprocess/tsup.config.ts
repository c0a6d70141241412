import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/image-file/index.ts', 'src/blank-page.ts', 'src/bmp.ts'],
});
