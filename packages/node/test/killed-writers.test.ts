/** A writer of the gallery file that is killed at any moment, or whose disk is full, locks nobody out and loses nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGallery } from '@docclf/gallery';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../src/file-store.ts';

const kills = Number(process.env.DOCCLF_KILLS ?? 30);
const space = { id: 'test@1', dimension: 2 };
const vector = Float32Array.of(1, 0);

let folder: string;
/** The store alone, so that a process starts at once. */
let store: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-killed-'));
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  writeFileSync(
    join(folder, 'entry.ts'),
    `export { createFileStore } from ${JSON.stringify(join(root, 'packages/node/src/file-store.ts'))};
     export { openGallery } from ${JSON.stringify(join(root, 'packages/gallery/src/index.ts'))};`,
  );
  await build({
    entry: [join(folder, 'entry.ts')],
    outDir: folder,
    format: 'esm',
    config: false,
    silent: true,
    noExternal: [/./],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['@docclf/source'];
    },
  });
  store = join(folder, 'entry.mjs');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

it(`${kills} kills: each next writer goes on, and what was reported is there`, {
  timeout: 600_000,
}, async () => {
  const file = join(folder, 'killed.docclf');
  const program = `
    import { writeSync } from 'node:fs';
    import { createFileStore, openGallery } from ${JSON.stringify(store)};
    const gallery = await openGallery(createFileStore(${JSON.stringify(file)}), ${JSON.stringify(space)});
    for (let i = 0; ; i++) {
      const id = process.argv[1] + '-' + i;
      await gallery.add([{ id, label: 'x', vector: Float32Array.of(1, 0), metadata: { text: 'x'.repeat(5000) } }]);
      writeSync(1, id + '\\n');
    }`;
  const reported: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, String(kill)]);
    let text = '';
    let wanted = 0;
    child.stdout.on('data', (data) => {
      text += data;
      // After none to five writes, and then somewhere in the next.
      if (text.split('\n').length > (kill % 6) + 1 && wanted++ === 0)
        setTimeout(() => child.kill('SIGKILL'), ((kill * 7) % 11) / 2);
    });
    await once(child, 'close');
    reported.push(...text.split('\n').filter((id) => id !== ''));
    const gallery = await openGallery(createFileStore(file), space);
    await gallery.add([{ id: `after ${kill}`, label: 'y', vector }]);
    for (const id of reported.splice(0)) expect(await gallery.get(id), id).toBeDefined();
    await gallery.close();
    expect(existsSync(`${file}.lock`)).toBe(false);
  }
  // What has no name in it is left alone for half a second: somebody may be about to write his.
  const left = () => readdirSync(folder).filter((name) => /^\.?killed\.docclf\./.test(name));
  for (const name of left()) utimesSync(join(folder, name), 0, 0);
  await (await openGallery(createFileStore(file), space)).add([{ id: 'last', label: 'y', vector }]);
  expect(left()).toEqual([]);
});

const hasNamespace = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.skipIf(!hasNamespace)('a full disk (needs a user namespace)', () => {
  it('is told with a code, leaves the gallery as it was, and the next write goes on', () => {
    const disk = mkdtempSync(join(folder, 'disk-'));
    const result = join(folder, 'full.json');
    const program = `
      import { readdirSync, rmSync, writeFileSync } from 'node:fs';
      import { createFileStore, openGallery } from ${JSON.stringify(store)};
      const file = ${JSON.stringify(join(disk, 'g.docclf'))};
      const gallery = await openGallery(createFileStore(file), ${JSON.stringify(space)});
      const add = (id) => gallery.add([{ id, label: 'x', vector: Float32Array.of(1, 0), metadata: { text: 'x'.repeat(20_000) } }])
        .then(() => 'written', (error) => error.code);
      const first = await add('a');
      try { writeFileSync(${JSON.stringify(join(disk, 'filler'))}, Buffer.alloc(1e6)); } catch {}
      const full = [await add('b'), await add('c')];
      const kept = await gallery.size();
      const left = readdirSync(${JSON.stringify(disk)});
      rmSync(${JSON.stringify(join(disk, 'filler'))});
      const after = [await add('b'), await gallery.size()];
      writeFileSync(${JSON.stringify(result)}, JSON.stringify({ first, full, kept, left, after }));`;
    writeFileSync(join(folder, 'full.mjs'), program);
    const mount = `mount -t tmpfs -o size=200k tmpfs '${disk}' && exec '${process.execPath}' '${join(folder, 'full.mjs')}'`;
    const { status, stderr } = spawnSync('unshare', ['-Urm', 'sh', '-c', mount], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(existsSync(result)).toBe(true);
    expect(JSON.parse(readFileSync(result, 'utf8'))).toEqual({
      first: 'written',
      full: ['FILE_UNWRITABLE', 'FILE_UNWRITABLE'],
      kept: 1,
      left: ['filler', 'g.docclf'],
      after: ['written', 2],
    });
  });
});
