/** The gallery file under faults: nothing that was stored is lost, nothing damaged is answered from. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewReference } from '@docclf/core';
import { openGallery } from '@docclf/gallery';
import { galleryConformance } from '@docclf/gallery/conformance';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { withFileLock } from '../src/file-lock.ts';
import { createFileStore } from '../src/file-store.ts';

const space = { id: 'test@1', dimension: 4 };
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-file-'));
  file = join(folder, 'gallery.docclf');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => openGallery(createFileStore(file), space);
const reference = (id: string, axis = 0): NewReference => ({
  id,
  label: `type/${id}`,
  vector: Float32Array.from({ length: 4 }, (_, i) => (i === axis ? 1 : 0)),
});

galleryConformance({
  test,
  name: 'file',
  scale: Number(process.env.DOCCLF_CONFORMANCE_SCALE ?? 2000),
  report: console.log,
  createStore: (place) => createFileStore(join(folder, place)),
});

describe('gallery file', () => {
  it('of the release before sessions opens as before', async () => {
    writeFileSync(file, readFileSync(new URL('fixtures/v1.docclf', import.meta.url)));
    const gallery = await open();
    expect(await gallery.labels()).toEqual([
      { label: 'moved', references: 1 },
      { label: 'type/a', references: 2 },
    ]);
    expect(await gallery.get('a')).toEqual({
      ...reference('a', 0),
      metadata: { n: 1, text: 'é' },
      createdAt: '2024-05-06T07:08:09.123Z',
      sourceHash: 'hash of a',
      attachments: { thumbnail: Uint8Array.of(1, 2, 3) },
    });
    await gallery.add([reference('e', 1)]);
    expect(await (await open()).size()).toBe(4);
  });

  it('keeps references across reopening and leaves no other file behind', async () => {
    const gallery = await open();
    expect(existsSync(file)).toBe(false);
    await gallery.add([reference('a', 0), reference('b', 1)]);
    await gallery.close();
    const reopened = await open();
    expect((await reopened.nearest(Float32Array.of(0, 1, 0, 0), 1))[0]).toEqual({
      id: 'b',
      label: 'type/b',
      score: 1,
    });
    expect(readdirSync(folder)).toEqual(['gallery.docclf']);
  });

  it('loses nothing when two writers have the same file open', async () => {
    const [one, two] = [await open(), await open()];
    const writes = [];
    for (let i = 0; i < 10; i++)
      writes.push(one.add([reference(`one-${i}`)]), two.add([reference(`two-${i}`)]));
    await Promise.all(writes);
    expect(await one.size()).toBe(20);
    expect(await two.size()).toBe(20);
    expect(await (await open()).size()).toBe(20);
    await expect(two.add([reference('one-0')])).rejects.toMatchObject({ code: 'REFERENCE_EXISTS' });
  });

  it('loses nothing when reads reload the file while a write is under way', async () => {
    const [one, two] = [await open(), await open()];
    for (let i = 0; i < 40; i++) {
      await two.add([reference(`two-${i}`)]);
      const reads = Array.from({ length: 8 }, () => one.size());
      await Promise.all([
        ...reads,
        one.add([reference(`one-${i}`)]),
        ...Array.from({ length: 8 }, () => one.size()),
      ]);
    }
    expect(await (await open()).size()).toBe(80);
    expect(await one.size()).toBe(80);
  });

  it.each([
    ['cut in half', 'GALLERY_FILE_TRUNCATED', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['with a flipped byte', 'GALLERY_FILE_CORRUPT', (bytes: Buffer) => flip(bytes, bytes.length - 50)],
    ['of another kind', 'GALLERY_FILE_FOREIGN', () => Buffer.from('{"gallery": []}')],
    ['that is empty', 'GALLERY_FILE_FOREIGN', () => Buffer.alloc(0)],
  ])('refuses a file %s and leaves it as it is', async (_name, code, damage) => {
    const gallery = await open();
    await gallery.add([reference('a')]);
    const damaged = Buffer.from(damage(readFileSync(file)));
    writeFileSync(file, damaged);
    await expect(open()).rejects.toMatchObject({ code });
    await expect(gallery.add([reference('b')])).rejects.toMatchObject({ code });
    expect(readFileSync(file).equals(damaged)).toBe(true);
  });

  it("refuses another model's gallery, also when it replaces the file later", async () => {
    await (await open()).add([reference('a')]);
    const other = { id: 'test@2', dimension: 4 };
    await expect(openGallery(createFileStore(file), other)).rejects.toMatchObject({
      code: 'GALLERY_SPACE_MISMATCH',
    });
    const gallery = await open();
    rmSync(file);
    await (await openGallery(createFileStore(file), other)).add([reference('z')]);
    await expect(gallery.add([reference('b')])).rejects.toMatchObject({ code: 'GALLERY_SPACE_MISMATCH' });
    await expect(gallery.nearest(Float32Array.of(1, 0, 0, 0), 1)).rejects.toMatchObject({
      code: 'GALLERY_SPACE_MISMATCH',
    });
  });

  it('says when the file cannot be written, and answers as before', async () => {
    const gallery = await openGallery(createFileStore(join(folder, 'no', 'such', 'folder.docclf')), space);
    await expect(gallery.add([reference('a')])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(await gallery.size()).toBe(0);
  });

  it('takes over the lock of a process that is gone, not that of a living one', async () => {
    const gallery = await open();
    // No process has this id: it lies above the largest that Linux, macOS and Windows give.
    writeFileSync(`${file}.lock`, `2147483646 on ${hostname()}`);
    await gallery.add([reference('a')]);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it.each<[string, (lock: string) => void]>([
    ['a link that leads nowhere', (lock) => symlinkSync('nowhere', lock)],
    ['a link to a device', (lock) => symlinkSync('/dev/zero', lock)],
    ['a pipe', (lock) => void execFileSync('mkfifo', [lock])],
    ['a folder', (lock) => mkdirSync(lock)],
  ])('is not written where its lock is %s, which is said at once', async (_, make) => {
    const gallery = await open();
    make(`${file}.lock`);
    await expect(gallery.add([reference('a')])).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      details: { file: `${file}.lock` },
    });
  });

  it('is not kept waiting by a pipe that is called as a draft of its lock', async () => {
    const gallery = await open();
    execFileSync('mkfifo', [`${file}.lock.${randomUUID()}`]);
    await gallery.add([reference('a')]);
    expect(await gallery.size()).toBe(1);
  });

  it.each([
    ['is empty', () => ''],
    ['names no process', () => 'a text'],
    ['names process 0', () => `0 on ${hostname()}`],
    ['names a process that began at another time', () => `${process.pid} on ${hostname()} since 1 as x`],
    ['names another host, and is never touched', () => '4242 on other-host'],
  ])('takes over a lock that %s', async (_, content) => {
    const gallery = await open();
    writeFileSync(`${file}.lock`, content());
    // Of an older release, killed while it took a lock over.
    writeFileSync(`${file}.lock.takeover`, `2147483646 on ${hostname()}`);
    await gallery.add([reference('a')]);
    expect(await gallery.size()).toBe(1);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('begins a write again that has lost its lock in a pause, and keeps what the other wrote', async () => {
    const gallery = await open();
    const other = await open();
    await gallery.add([reference('a')]);
    let times = 0;
    await withFileLock(file, async (assertHeld) => {
      // As another process does that saw no sign of life of this one.
      if (++times === 1) {
        rmSync(`${file}.lock`);
        await other.add([reference('b')]);
      }
      await assertHeld();
    });
    expect(times).toBe(2);
    expect(await gallery.size()).toBe(2);
    const lost = withFileLock(file, async (assertHeld) => {
      rmSync(`${file}.lock`);
      await assertHeld();
    });
    await expect(lost).rejects.toMatchObject({ code: 'GALLERY_LOCKED' });
  });

  it('keeps the mode and the link of a file that it rewrites, and follows nothing that was planted', async () => {
    const real = join(folder, 'real.docclf');
    symlinkSync(real, file);
    const gallery = await open();
    await gallery.add([reference('a')]);
    chmodSync(real, 0o600);
    const planted = join(folder, `real.docclf.${process.pid}.tmp`);
    writeFileSync(join(folder, 'victim'), 'precious');
    symlinkSync(join(folder, 'victim'), planted);
    await gallery.add([reference('b')]);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
    expect(await (await open()).size()).toBe(2);
  });

  it('removes what a killed writer left, when it takes its lock over', async () => {
    const gallery = await open();
    writeFileSync(join(folder, `.gallery.docclf.${'0'.repeat(36)}.tmp`), 'half');
    writeFileSync(join(folder, '.gallery.docclf.mine.tmp'), 'of somebody else');
    writeFileSync(`${file}.lock`, `2147483646 on ${hostname()}`);
    await gallery.add([reference('a')]);
    expect(readdirSync(folder).sort()).toEqual(['.gallery.docclf.mine.tmp', 'gallery.docclf']);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
}
