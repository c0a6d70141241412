/**
 * The next versions and changelogs from the pending changesets, as `.github/workflows/release.yml` makes them.
 *
 * Stores name `@docclf/core` and `@docclf/gallery` as peers, and changesets takes any minor step of a peer for a major one of all, so
 * that the first feature would be 1.0.0. Below 1.0.0 a minor step may break, and a caret says so to npm: the step of all is then
 * minor, unless a changeset itself says major. The first release has the version that stands in the packages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

/** In a checkout of the project, whose `node_modules` have changesets. */
export function setVersions(checkout) {
  const packages = readdirSync(join(checkout, 'packages'))
    .map((name) => join(checkout, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')));
  const before = versionOf(packages[0]);
  const released = packages.some((folder) => existsSync(join(folder, 'CHANGELOG.md')));
  const major = saysMajor(join(checkout, '.changeset'));
  const changesets = join(checkout, 'node_modules/@changesets/cli/bin.js');
  execFileSync(process.execPath, [changesets, 'version'], { cwd: checkout, stdio: ['ignore', 2, 2] });

  const made = versionOf(packages[0]);
  const wanted = nextVersion({ before, made, released, major });
  if (wanted === made) return;
  for (const folder of packages) {
    replaceIn(join(folder, 'package.json'), `"version": "${made}"`, `"version": "${wanted}"`);
    replaceIn(join(folder, 'CHANGELOG.md'), `## ${made}`, `## ${wanted}`);
    replaceIn(join(folder, 'CHANGELOG.md'), `@${made}\n`, `@${wanted}\n`);
  }
}

/** @param {{ before: string, made: string, released: boolean, major: boolean }} step `made`: what changesets made of `before` */
export function nextVersion({ before, made, released, major }) {
  if (!released) return before;
  if (major || made !== '1.0.0' || !before.startsWith('0.')) return made;
  return `0.${Number(before.split('.')[1]) + 1}.0`;
}

function saysMajor(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .some((name) => /^['"]@docclf\/[^'"]+['"]: major$/m.test(readFileSync(join(folder, name), 'utf8')));
}

function versionOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

function replaceIn(file, text, replacement) {
  if (!existsSync(file)) return;
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(text, replacement));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setVersions(root);
