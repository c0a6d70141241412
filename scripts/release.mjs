/**
 * `npm run release -- --dry-run`: what a release would be, without changing or publishing anything: versions and changelogs from
 * the pending changesets, made in a copy of the last commit, and the tarballs. The release itself is the workflow's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packAll } from './door/publish.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';
import { setVersions } from './version.mjs';

if (!process.argv.includes('--dry-run')) {
  console.error('Releases are made by .github/workflows/release.yml. Here: npm run release -- --dry-run');
  process.exit(2);
}
setUp({ quiet: true });
const folder = mkdtempSync(join(tmpdir(), 'docclf-release-'));
const copy = join(folder, 'copy');
const git = (...args) => execFileSync('git', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
try {
  git('worktree', 'add', '--quiet', '--detach', copy);
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  setVersions(copy);
  const sizes = new Map(
    packAll(join(folder, 'tarballs')).map((file) => [basename(file), statSync(file).size]),
  );
  for (const name of readdirSync(join(copy, 'packages'))) {
    const manifest = readManifest(join(copy, 'packages', name));
    if (!manifest) continue;
    const before = readManifest(join(root, 'packages', name));
    const tarball = `${before.name.slice(1).replace('/', '-')}-${before.version}.tgz`;
    const kilobytes = `${Math.ceil(sizes.get(tarball) / 1000)} kB`;
    const changes = readFileSync(join(copy, 'packages', name, 'CHANGELOG.md'), 'utf8').match(/^- /gm)?.length;
    const provenance =
      before.repository?.directory === `packages/${name}` ? 'names its source' : 'NAMES NO SOURCE';
    console.log(
      `${manifest.name} ${before.version} -> ${manifest.version}: ${kilobytes}, ${changes} changes, ${provenance}`,
    );
  }
} finally {
  git('worktree', 'remove', '--force', copy);
  rmSync(folder, { recursive: true, force: true });
}

function readManifest(place) {
  try {
    return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
