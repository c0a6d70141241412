import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: [
    'src/index.ts',
    'src/{implementer,kernel,testing}.ts',
    'src/{evaluation,lint,drift,unknowns,explain,readers,second-look}/index.ts',
  ],
});
