/** Sets up and runs the benchmarks named, or all: `npm run bench -- classify`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
const names = process.argv.slice(2);
const all = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.bench.js'))
  .map((name) => name.slice(0, -9));
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : all)
  mustRun(process.execPath, ['--expose-gc', `bench/${name}.bench.js`]);
