import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocclfError } from '@docclf/core';
import { expect, it, onTestFinished } from 'vitest';
import { findFiles } from './find-files.ts';
import { describeLeftOut } from './left-out.ts';

const { signal } = new AbortController();
const onWindows = process.platform === 'win32';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

it('takes images by name or by their first bytes, and counts what it leaves out by kind', async () => {
  const root = temporaryFolder();
  const write = (name: string, bytes: string | Buffer = '') => writeFileSync(join(root, name), bytes);
  for (const name of [
    'b.JPG',
    'film.mp4',
    'IMG_1.HEIC',
    'mail.eml',
    'types.docclf',
    '.DS_Store',
    'Thumbs.db',
  ])
    write(name);
  write('upload', png);
  write('upload-2', 'no image');
  write('scan.bin', 'MM\0*');
  write('phone', '\0\0\0\x18ftypheic');
  write('paint', Buffer.concat([Buffer.from('BM'), Buffer.alloc(12), Buffer.from([40, 0, 0, 0])]));
  write('BMW manual', 'BMW manual of 1998');
  mkdirSync(join(root, '.git'));
  symlinkSync(join(root, 'b.JPG'), join(root, 'linked.jpg'));
  symlinkSync(root, join(root, 'up'));
  symlinkSync(join(root, 'gone'), join(root, 'gone.jpg'));
  const { files, leftOut } = await findFiles([root], { signal });
  expect(files.map(({ file }) => file)).toEqual(
    ['IMG_1.HEIC', 'b.JPG', 'linked.jpg', 'paint', 'phone', 'scan.bin', 'upload'].map((name) =>
      join(root, name),
    ),
  );
  expect(Object.fromEntries(leftOut.map(({ file, kind }) => [file.slice(root.length + 1), kind]))).toEqual({
    '.DS_Store': 'hidden',
    '.git': 'hidden',
    'BMW manual': 'other',
    'Thumbs.db': 'hidden',
    'film.mp4': 'video',
    'gone.jpg': 'brokenLink',
    'mail.eml': 'mail',
    'types.docclf': 'gallery',
    up: 'linkedFolder',
    'upload-2': 'other',
  });
  expect(describeLeftOut(leftOut)).toBe(
    '10 files left out (2 of another kind, 1 broken link, 1 linked folder, 1 e-mail, 1 video, 3 hidden, 1 gallery)',
  );
  const photos = ['a.heic', 'b.heic'].map((file) => ({ file, kind: 'HEIC' as const }));
  expect(describeLeftOut(photos)).toBe('2 files left out (2 HEIC without @docclf/heic)');
});

it.skipIf(onWindows)('names a sub-folder that cannot be read, and goes on', async () => {
  const root = temporaryFolder();
  chmodSync(root, 0o755);
  for (const folder of ['a', 'b', 'c']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, '1.png'), png);
  }
  chmodSync(join(root, 'b'), 0);
  onTestFinished(() => chmodSync(join(root, 'b'), 0o755));
  const isRoot = process.geteuid!() === 0;
  // Nothing is unreadable to root.
  if (isRoot) process.seteuid!(65534);
  const { files } = await findFiles([root], { signal }).finally(() => isRoot && process.seteuid!(0));
  expect(files).toMatchObject([
    { file: join(root, 'a/1.png'), root },
    { file: join(root, 'b'), error: expect.objectContaining({ code: 'FILE_UNREADABLE' }) },
    { file: join(root, 'c/1.png'), root },
  ]);
});

it.skipIf(process.platform !== 'linux')('opens names that are not UTF-8, and shows them', async () => {
  const root = temporaryFolder();
  const latin1 = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
  mkdirSync(latin1('Verträge'));
  writeFileSync(latin1('Verträge/größe.png'), png);
  writeFileSync(join(root, 'größe.png'), png);
  const { files } = await findFiles([root], { signal });
  expect(files.map(({ file }) => file.slice(root.length + 1))).toEqual([
    'Vertr\\xe4ge/gr\\xf6\\xdfe.png',
    'größe.png',
  ]);
  const [first] = files;
  if (!first || 'error' in first) throw new Error('not found');
  expect(Buffer.from(await first.read!()).equals(png)).toBe(true);
});

it.skipIf(onWindows)('never waits for the other end of a pipe', async () => {
  const root = temporaryFolder();
  const pipe = join(root, 'pipe.png');
  execFileSync('mkfifo', [pipe]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 'socket.png'), resolve));
  onTestFinished(() => void server.close());
  const { files, leftOut } = await findFiles([root, pipe, join(root, 'socket.png'), '/dev/zero'], { signal });
  expect(leftOut.map(({ kind }) => kind)).toEqual(['special', 'special']);
  expect(files.map((found) => ('error' in found ? (found.error as DocclfError).code : 'read'))).toEqual([
    'FOLDER_WITHOUT_IMAGES',
    'read',
    'FILE_UNREADABLE',
    'FILE_UNREADABLE',
  ]);
  const named = files[1]!;
  if ('error' in named) throw named.error;
  expect(await named.read!()).toHaveLength(0);
});

it.skipIf(onWindows)('reads a pipe to its end, until it is told to stop', async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const stop = new AbortController();
  const { files } = await findFiles([pipe], { signal: stop.signal });
  const found = files[0]!;
  if ('error' in found) throw found.error;
  // Both ends, so that neither opening waits; then the writer stays silent.
  const writer = spawn('sh', ['-c', `exec 3<>'${pipe}'; printf some >&3; echo open; read _`]);
  onTestFinished(() => void writer.stdin.end());
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  const reading = found.read!();
  setImmediate(() => stop.abort());
  await expect(reading).rejects.toSatisfy((error) => DocclfError.is(error, 'ABORTED'));
});

it('reads standard input for the path -', async () => {
  async function* stdin() {
    yield Buffer.from('ab');
    yield Buffer.from('c');
  }
  const { files } = await findFiles(['-'], { signal, stdin: stdin() });
  const found = files[0]!;
  if ('error' in found) throw found.error;
  expect(Buffer.from(await found.read!()).toString()).toBe('abc');
});
