/** Runs a command of this workspace and ends this process with its exit code when it fails. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the exit code. `quiet` sends the command's output to stderr, to keep stdout for the product. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 2, 2] : 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env },
  });
  if (error) throw error;
  return status ?? 1;
}

export function mustRun(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) process.exit(status);
}

/** The pnpm that package.json names, by npx: the only tool needed beforehand is npm. */
export function pnpm(args, options) {
  const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  mustRun('npx', ['-y', packageManager, ...args], options);
}
