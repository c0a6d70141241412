import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

it('takes paths from a list, by lines and by NULs', async () => {
  const path = temporaryFolder();
  await writePage(path('a b.png'), 1);
  await writePage(path('folder/2.png'), 2);
  const odd = Buffer.concat([Buffer.from(path('caf')), Buffer.of(0xe9), Buffer.from('.png')]);
  await writePage(path('3.png'), 3);
  writeFileSync(odd, await (await import('node:fs/promises')).readFile(path('3.png')));
  const files = async (argv: string[], stdin?: Buffer) =>
    (await docclf(['embed', ...argv], { ...(stdin && { stdin }) })).lines.map(
      (line) => JSON.parse(line).file,
    );
  writeFileSync(path('list'), `${path('a b.png')}\r\n\n${path('folder')}`);
  expect(await files(['--files-from', path('list')])).toEqual([path('a b.png'), path('folder/2.png')]);
  const nul = Buffer.concat([Buffer.from(`${path('a b.png')}\0`), odd, Buffer.of(0)]);
  expect(await files([path('folder'), '--files-from', '-', '-0'], nul)).toEqual([
    path('folder/2.png'),
    path('a b.png'),
    path('caf\\xe9.png'),
  ]);
  const missing = await docclf(['embed', '--files-from', path('none')]);
  expect([missing.code, missing.stderr.slice(0, 23)]).toEqual([3, 'docclf: FILE_NOT_FOUND:']);
  expect((await docclf(['embed', '-', '--files-from', '-'], { stdin: '' })).code).toBe(2);
});

it('registers what embed printed', async () => {
  const path = temporaryFolder();
  await writePage(path('docs/form/1.png'), 1);
  await writePage(path('docs/letter/2.png'), 2);
  const { stdout } = await docclf(['embed', path('docs')]);
  const gallery = path('g.docclf');
  const registered = await docclf(['register', '--from', '-', '--gallery', gallery], { stdin: stdout });
  expect([registered.code, registered.stderr]).toEqual([0, '2 registered, 0 there already, 0 failed.\n']);
  expect((await docclf(['labels', '--gallery', gallery])).stdout).toBe('form    1\nletter  1\n');
  const found = await docclf(['classify', path('docs'), '--gallery', gallery, '--json']);
  expect(found.lines.map((line) => JSON.parse(line).label)).toEqual(['form', 'letter']);
  // The images themselves are known by their hashes.
  expect((await docclf(['register', path('docs'), '--gallery', gallery])).stderr).toContain(
    '2 there already',
  );
  writeFileSync(path('bad'), `nonsense\n${stdout.replaceAll(/"model":"[^"]*"/g, '"model":"other"')}`);
  const bad = await docclf(['register', '--from', path('bad'), '--gallery', gallery]);
  expect(bad.code).toBe(1);
  expect(bad.stderr.match(/INVALID_ARGUMENT: .* \(line \d\)/g)).toHaveLength(3);
});

it('knows the gallery from its surroundings', async () => {
  const path = temporaryFolder();
  mkdirSync(path('work'));
  await writePage(path('form.png'), 1);
  await docclf(['register', path('form.png'), '--gallery', path('work/g.docclf')]);
  const labels = async (environment: Record<string, string>, ...more: string[]) =>
    docclf(['labels', ...more], { surroundings: { environment, folder: path('work') } });
  expect((await labels({})).code).toBe(2);
  expect((await labels({ DOCCLF_GALLERY: path('work/g.docclf') })).stdout).toBe('form  1\n');
  writeFileSync(path('work/docclf.json'), '{"gallery":"g.docclf","concurrency":1}');
  expect((await labels({})).stdout).toBe('form  1\n');
  // What is said now comes first.
  expect((await labels({}, '--gallery', path('none'))).stderr).toContain('none');
  for (const bad of ['{', '[]', '{"galery":"g"}', '{"concurrency":0}', '{"gallery":7}']) {
    writeFileSync(path('work/docclf.json'), bad);
    const { code, stderr } = await labels({});
    expect([code, stderr.slice(0, 25)]).toEqual([2, 'docclf: INVALID_ARGUMENT:']);
  }
});

it('asks before many references go', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  for (let seed = 0; seed < 21; seed++) await writePage(path(`docs/many/${seed % 2}/${seed}.png`), seed);
  await docclf(['register', path('docs'), '--gallery', gallery]);
  const remove = (world: object, ...more: string[]) =>
    docclf(['remove', '--label', 'many', '--gallery', gallery, ...more], world);
  const dry = await remove({}, '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, '11  many/0\n10  many/1\n']);
  expect((await remove({})).stderr).toContain('--yes to remove 21 of many and 2 labels in all');
  expect((await remove({ canAsk: true, stdin: 'no\n' })).stderr).toContain('Nothing was removed.');
  expect((await remove({ canAsk: true, stdin: 'yes\n' })).stdout).toBe('21 removed.\n');
});

it('a pipe in place of settings or a gallery is refused, and not waited for', async () => {
  const path = temporaryFolder();
  mkdirSync(path('work'));
  await writePage(path('work/a.png'), 1);
  const world = { surroundings: { folder: path('work'), environment: {} } };
  execFileSync('mkfifo', [path('work/pipe')]);
  expect(await docclf(['classify', '--gallery', path('work/pipe'), path('work/a.png')], world)).toMatchObject(
    {
      code: 3,
      stderr: expect.stringContaining('FILE_UNREADABLE'),
    },
  );
  execFileSync('mkfifo', [path('work/docclf.json')]);
  expect(await docclf(['classify', path('work/a.png')], world)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('FILE_UNREADABLE'),
  });
});
