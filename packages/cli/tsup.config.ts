import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

// A program and not a library: nobody imports it, so there are no types to publish.
export default defineConfig({ ...base, entry: ['src/main.ts'], dts: false });
