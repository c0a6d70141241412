/**
 * From a registry into clean folders: packs every package as it would be released, publishes it to a registry of its own
 * and uses it in every way that the documentation names. `npm run door -- NAME` runs those whose name contains NAME.
 */
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumers, pictures } from './door/consumers.mjs';
import { call, packAll, publishAll } from './door/publish.mjs';
import { startRegistry } from './door/registry.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const [wanted = ''] = process.argv.slice(2);
const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

setUp();
const folder = mkdtempSync(join(tmpdir(), 'docclf-door-'));
const registry = await startRegistry();
let failed = 0;
try {
  const start = performance.now();
  await publishAll(packAll(join(folder, 'tarballs')), registry.url, folder);
  console.log(`${registry.packages.size} packages packed and published (${secondsSince(start)})`);
  for (const consumer of consumers.filter(({ name }) => name.includes(wanted))) {
    if (!(await use(consumer))) failed++;
  }
} finally {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? 'every way of use works' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function use({ name, files, dependencies, overrides, runs }) {
  const place = mkdtempSync(join(folder, `${files}-`));
  cpSync(join(root, 'scripts/door/consumers', files), place, { recursive: true });
  for (const [file, picture] of Object.entries(pictures)) {
    copyFileSync(join(root, 'fixtures/documents', picture), join(place, file));
  }
  const manifest = { private: true, dependencies, ...(overrides && { overrides }) };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(place, '.npmrc'), `registry=${registry.url}\n`);
  try {
    const start = performance.now();
    // As the README says it for a network that is closed.
    const env = { ONNXRUNTIME_NODE_INSTALL: 'skip' };
    await call('npm', ['install', '--no-audit', '--no-fund'], { cwd: place, env });
    console.log(`\n${name}: installed (${secondsSince(start)})`);
    for (const line of runs) {
      const [command, ...args] = line.split(' ');
      const begin = performance.now();
      await call(command, args, { cwd: place });
      console.log(`  ${line} (${secondsSince(begin)})`);
    }
    return true;
  } catch (error) {
    console.log(`\n${name}: ${error.message}`);
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
