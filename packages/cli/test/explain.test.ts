import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

it('writes a page that shows why, and answers as classify does', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  await writePage(path('form.png'), 1);
  await writePage(path('other.png'), 2);
  await docclf(['register', path('form.png'), path('other.png'), '--gallery', gallery, '--thumbnails']);
  await drawPage(1).blur(1).jpeg().toFile(path('photo.jpg'));
  const argv = ['explain', path('photo.jpg'), '--gallery', gallery, '--output', path('out.html')];

  const accepted = await docclf([...argv, '--threshold', '0.8']);
  expect([accepted.code, accepted.stdout]).toEqual([
    0,
    expect.stringMatching(/^accepted {2}form {2}0\.\d{4} {2}.*out\.html\n$/),
  ]);
  const page = readFileSync(path('out.html'), 'utf8');
  expect(page.match(/<img /g)).toHaveLength(5);
  expect(page).toContain('photo.jpg');

  const unknown = await docclf([...argv, '--threshold', '1', '--json']);
  expect(unknown.code).toBe(4);
  const { status, carried, thumbnail } = JSON.parse(unknown.lines[0]!);
  expect([status, carried.falls.length, thumbnail]).toEqual(['unknown', 64, undefined]);
});

it('tells what is wrong with its arguments', async () => {
  const path = temporaryFolder();
  await writePage(path('form.png'), 1);
  const gallery = path('g.docclf');
  await docclf(['register', path('form.png'), '--gallery', gallery]);
  const explain = ['explain', path('form.png'), '--gallery', gallery];
  expect((await docclf(explain)).code).toBe(2);
  expect((await docclf([...explain, '--output', path('no/out.html')])).code).toBe(3);
  const missing = await docclf(['explain', path('no.png'), '--gallery', gallery, '--output', path('o.html')]);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('FILE_NOT_FOUND')]);
});
