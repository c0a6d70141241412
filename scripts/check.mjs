/** Everything that can be said about the code without running it, and about the packages as they are published. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, pnpm, root } from './run.mjs';
import { setUp } from './setup.mjs';

setUp();
mustRun('npx', ['biome', 'check', '.']);
pnpm(['exec', 'turbo', 'run', 'typecheck', '--output-logs=errors-only', '--no-update-notifier']);
mustRun('npx', ['tsc', '--project', 'tsconfig.tests.json']);
mustRun('node', ['scripts/check-sizes.mjs']);
mustRun('npx', ['knip', '--no-config-hints']);
mustRun('npx', ['size-limit']);
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join('packages', name);
  if (!existsSync(join(root, folder, 'package.json'))) continue;
  mustRun('npx', ['publint', '--strict', '--pack', 'npm', folder]);
  // An .onnx file is an asset, with no types to resolve.
  mustRun('npx', [
    'attw',
    '--pack',
    folder,
    '--profile',
    'esm-only',
    '--quiet',
    '--exclude-entrypoints',
    'docclf-base.onnx',
    'localiser.onnx',
    'docclf-cohort.bin',
  ]);
}
