/**
 * Installs and builds what has changed since the last time; nothing when nothing has.
 *
 * Every root command calls this first, so that a fresh clone needs no separate step.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pnpm, root } from './run.mjs';

const stamps = join(root, 'node_modules', '.docclf');

export function setUp({ quiet = false, force = false } = {}) {
  const manifests = workspaceFolders().map((folder) => join(folder, 'package.json'));
  whenChanged(
    'install',
    [join(root, 'pnpm-lock.yaml'), join(root, 'package.json'), ...manifests],
    force,
    () => {
      pnpm(['install', '--frozen-lockfile'], { quiet });
    },
  );
  const sources = workspaceFolders().flatMap((folder) => [
    ...filesUnder(join(folder, 'src')),
    join(folder, 'package.json'),
  ]);
  const built = workspaceFolders().every(
    (folder) => !existsSync(join(folder, 'tsup.config.ts')) || existsSync(join(folder, 'dist')),
  );
  whenChanged(
    'build',
    [join(root, 'tsup.base.ts'), join(root, 'tsconfig.base.json'), ...sources],
    force || !built,
    () => {
      pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--no-update-notifier'], { quiet });
    },
  );
}

function workspaceFolders() {
  const groups = ['packages', 'examples'].map((group) => join(root, group)).filter(existsSync);
  const folders = groups.flatMap((group) => readdirSync(group).map((name) => join(group, name)));
  return [...folders, join(root, 'bench')].filter((folder) => existsSync(join(folder, 'package.json')));
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** Runs `work` unless the files are, by content, those of the last time it succeeded. */
function whenChanged(name, files, force, work) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  const digest = hash.digest('hex');
  const stamp = join(stamps, name);
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  work();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, digest);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp({ force: process.argv.includes('--force') });
