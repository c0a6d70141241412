/**
 * From a registry into clean folders: packs every package as it would be released, publishes it to a registry of its own
 * and uses it in every way that the documentation names. `npm run door -- NAME…` takes those whose name contains one of them.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { consumers, pictures, skipping } from './door/consumers.mjs';
import { call, packAll, publishAll } from './door/publish.mjs';
import { startRegistry } from './door/registry.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const wanted = process.argv.slice(2);
const isWanted = ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part));
const plainly = ['npm install --no-audit --no-fund'];
const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

setUp();
const folder = mkdtempSync(join(tmpdir(), 'docclf-door-'));
const registry = await startRegistry();
let failed = 0;
try {
  const start = performance.now();
  await publishAll(packAll(join(folder, 'tarballs')), registry.url, folder);
  console.log(`${registry.packages.size} packages packed and published (${secondsSince(start)})`);
  for (const consumer of consumers.filter(isWanted)) {
    if (!(await use(consumer))) failed++;
  }
} finally {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? 'every way of use works' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function use({ name, files, dependencies, overrides, install = plainly, env: own = skipping, runs }) {
  const place = mkdtempSync(join(folder, 'place-'));
  lay(files, place);
  const file = join(place, 'package.json');
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { private: true };
  writeFileSync(file, JSON.stringify({ ...manifest, ...(dependencies && { dependencies }), overrides }));
  writeFileSync(join(place, '.npmrc'), `registry=${registry.url}\n`);
  const env = {
    ...own,
    npm_config_registry: registry.url,
    YARN_NPM_REGISTRY_SERVER: registry.url,
    // Each run packs the same version anew: nothing of an earlier one may come from a cache.
    npm_config_cache: join(folder, 'npm-cache'),
    YARN_CACHE_FOLDER: join(folder, 'yarn-cache'),
    npm_config_store_dir: join(folder, 'pnpm-store'),
    // A setting of this repository, which npm hands to what it runs; who installs the packages has another's.
    npm_config_engine_strict: '',
  };
  try {
    console.log(`\n${name}`);
    for (const line of [...install, ...runs]) {
      const [command, ...args] = line.split(' ');
      const begin = performance.now();
      const printed = await call(command, args, { cwd: place, env });
      const last = runs.includes(line) ? printed.trim().split('\n').at(-1) : undefined;
      console.log(`  ${line} (${secondsSince(begin)}, ${megabytesIn(place)} MB)${last ? `: ${last}` : ''}`);
    }
    return true;
  } catch (error) {
    console.log(`  FAILED: ${error.message}`);
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** What `files` says, and the pictures of the programs. */
function lay(files, place) {
  for (const file of files) {
    const from = join(root, file);
    const isWhole = file.endsWith('/') || statSync(from).isFile();
    const to = isWhole ? join(place, basename(file)) : place;
    cpSync(from, to, { recursive: true });
  }
  for (const [file, picture] of Object.entries(pictures)) {
    copyFileSync(join(root, 'fixtures/documents', picture), join(place, file));
  }
}

/** Of its `node_modules`; a file under several names counts once. */
function megabytesIn(place) {
  const modules = join(place, 'node_modules');
  if (!existsSync(modules)) return 0;
  const sizes = new Map();
  for (const name of readdirSync(modules, { recursive: true })) {
    const facts = lstatSync(join(modules, name));
    if (facts.isFile()) sizes.set(facts.ino, facts.size);
  }
  return Math.round([...sizes.values()].reduce((sum, size) => sum + size, 0) / 1e6);
}
