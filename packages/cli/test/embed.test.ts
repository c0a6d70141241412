import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { createNodeEmbedder } from '@docclf/node';
import { expect, it } from 'vitest';
import { run } from '../src/run.ts';
import { docclf, temporaryFolder, writePage, writeTiff } from './support.ts';

it('prints a unit vector an image, in the order given, folders sorted', async () => {
  const path = temporaryFolder();
  await writePage(path('z.png'), 1);
  await writePage(path('folder/b.png'), 2);
  await writePage(path('folder/a/deep.webp'), 3);
  const { code, lines, stderr } = await docclf(['embed', path('z.png'), path('folder'), '--ndjson']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  const printed = lines.map((line) => JSON.parse(line));
  expect(printed.map(({ file }) => file)).toEqual([
    path('z.png'),
    path('folder/a/deep.webp'),
    path('folder/b.png'),
  ]);
  for (const { vector, ...rest } of printed) {
    expect(Object.keys(rest)).toEqual(['file', 'root', 'model', 'hash']);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  }
});

it('prints the very numbers of the library', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  const { lines } = await docclf(['embed', path('page.png')]);
  const embedder = await createNodeEmbedder();
  const [embedding] = await embedder.embed([path('page.png')]);
  await embedder.close();
  const { model, vector } = JSON.parse(lines[0]!);
  expect(Float32Array.from(vector)).toEqual(embedding!.vector);
  expect(model).toBe(embedder.manifest.id);
});

it('prints a line for each page of a TIFF, whatever its name', async () => {
  const path = temporaryFolder();
  await writeTiff(path('scan.tiff'), 3);
  copyFileSync(path('scan.tiff'), path('upload'));
  await writeTiff(path('single.tif'), 1);
  const { code, lines } = await docclf(['embed', path('scan.tiff'), path('upload'), path('single.tif')]);
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line).page)).toEqual([1, 2, 3, 1, 2, 3, undefined]);
});

it('gives a bad file a line on stderr and goes on: every line of stdout has a vector', async () => {
  const path = temporaryFolder();
  await writePage(path('1.jpg'), 1);
  writeFileSync(path('2.jpg'), 'this is text');
  writeFileSync(path('3.png'), '');
  await writePage(path('4.jpg'), 2);
  truncateSync(path('4.jpg'), 900);
  writeFileSync(path('5.tiff'), 'II*\0');
  await writePage(path('6.png'), 3);
  mkdirSync(path('nothing'));
  const { code, lines, stderr } = await docclf(['embed', path(), path('nothing'), path('missing.jpg')]);
  expect(code).toBe(1);
  expect(lines.map((line) => JSON.parse(line).vector.length > 0)).toEqual([true, true]);
  expect(stderr.match(/(?<=^docclf: )\w+/gm)).toEqual([
    'IMAGE_FORMAT_UNSUPPORTED',
    'IMAGE_EMPTY',
    'IMAGE_TRUNCATED',
    'IMAGE_TRUNCATED',
    'FOLDER_WITHOUT_IMAGES',
    'FILE_NOT_FOUND',
  ]);
  expect(stderr).toContain('2 embedded, 6 failed.');
});

it('lets no file name steer the terminal or break a line', async () => {
  const path = temporaryFolder();
  const name = 'a\u001b[2J\n\u009b\u202e\u2028.png';
  await writePage(path(name), 1);
  writeFileSync(path('b\u001b[2J\n.png'), '');
  const { lines, stdout, stderr } = await docclf(['embed', path()]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!).file).toBe(path(name));
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2028]/u);
  expect(stderr).toContain('b\\u001b[2J\\u000a.png');
});

it('waits for a slow reader', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 6; seed++) await writePage(path(`${seed}.png`), seed);
  let [largest, lines] = [0, 0];
  const stdout: Writable = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      if (chunk.length > 0) {
        lines++;
        largest = Math.max(largest, stdout.writableLength / chunk.length);
      }
      setImmediate(callback);
    },
  });
  expect(await run(['embed', path()], { ...silent(), stdout })).toBe(0);
  expect(lines).toBe(6);
  expect(largest).toBeLessThan(1.5);
});

it('ends quietly when the reader goes away, and loudly when the disk is full', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 6; seed++) await writePage(path(`${seed}.png`), seed);
  async function embedInto(errorCode: string) {
    let [writes, said] = [0, ''];
    const stdout = new Writable({
      write(_chunk, _encoding, callback) {
        writes++;
        callback(writes < 3 ? null : Object.assign(new Error('write failed'), { code: errorCode }));
      },
    });
    const stderr = new Writable({
      write(chunk, _encoding, callback) {
        said += chunk;
        callback();
      },
    });
    const code = await run(['embed', path()], { ...silent(), stdout, stderr });
    return { code, said };
  }
  expect(await embedInto('EPIPE')).toEqual({ code: 141, said: '' });
  const full = await embedInto('ENOSPC');
  expect(full.code).toBe(3);
  expect(full.said).toContain('docclf: FILE_UNWRITABLE: Standard output');
});

it('stops at an interruption and says how far it came', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 12; seed++) await writePage(path(`${seed}.png`), seed);
  const interruption = new AbortController();
  const { code, lines, stderr } = await docclf(['embed', path(), '--concurrency', '1'], {
    signal: interruption.signal,
    onStdout: () => interruption.abort(),
  });
  expect(code).toBe(130);
  expect(lines).toHaveLength(1);
  expect(stderr).toBe(
    'docclf: ABORTED: Interrupted after 1 of 12 images. What was done is kept: 1 embedded, 0 failed.\n',
  );
});

it('refuses a model that is not there', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  const { code, stdout, stderr } = await docclf(['embed', path(), '--model', path('none.json')]);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^docclf: MODEL_NOT_FOUND: /);
});

function silent() {
  const drain = () => new Writable({ write: (_chunk, _encoding, callback) => callback() });
  return { stdout: drain(), stderr: drain(), signal: new AbortController().signal };
}
