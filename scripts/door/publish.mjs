/** Every package, packed as it would be released and published to a registry. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm, root } from '../run.mjs';

/** @returns {string[]} the tarballs of all packages, in `folder` */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  pnpm(['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder], { quiet: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(folder, name));
}

/** Publishes tarballs as `npm publish` does. The registry asks for no rights, but npm insists on a token. */
export async function publishAll(tarballs, registry, folder) {
  const { host } = new URL(registry);
  const settings = join(folder, 'publish.npmrc');
  writeFileSync(settings, `registry=${registry}\n//${host}/:_authToken=local\n`);
  for (const tarball of tarballs) {
    await call('npm', ['publish', tarball, '--access', 'public', '--userconfig', settings], { cwd: folder });
  }
}

/**
 * Runs a command without holding up this process, which serves the registry.
 *
 * @returns {Promise<string>} what it printed; rejects with that when it fails
 */
export function call(command, args, { cwd = root, env = {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      signal,
      shell: process.platform === 'win32',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const take = (chunk) => {
      printed += chunk;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed}`));
    });
  });
}
