/** `node scripts/pnpm.mjs <arguments>`: pnpm without installing it. */
import { pnpm } from './run.mjs';

pnpm(process.argv.slice(2));
