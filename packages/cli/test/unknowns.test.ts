import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

/** One registered page, and photos of two others, three of one. Scores of drawn pages are high: so is the threshold. */
async function strangers(...options: string[]) {
  const path = temporaryFolder();
  await writePage(path('form.png'), 1);
  const gallery = path('g.docclf');
  await docclf(['register', path('form.png'), '--gallery', gallery]);
  const photos: string[] = [];
  for (const [seed, blur] of [
    [7, 1],
    [7, 2],
    [7, 3],
    [8, 1],
    [1, 1],
  ] as const) {
    const file = path(`${seed}-${blur}.jpg`);
    await drawPage(seed).blur(blur).jpeg().toFile(file);
    photos.push(file);
  }
  const inbox = path('inbox.docclf');
  const classify = ['classify', ...photos, '--gallery', gallery, '--threshold', '0.9', '--json'];
  const ran = await docclf([...classify, '--keep-unknown', inbox, ...options]);
  const list = ['unknowns', inbox, '--gallery', gallery, '--threshold', '0.9'];
  return { path, gallery, inbox, ran, list, again: () => docclf([...classify, '--keep-unknown', inbox]) };
}

it('keeps vectors only, proposes what is alike, and registers it when told to', async () => {
  const { path, gallery, ran, list, again } = await strangers();
  expect(ran.code).toBe(4);
  const results = ran.lines.map((line) => JSON.parse(line));
  expect(results.map(({ status }) => status)).toEqual([...Array(4).fill('unknown'), 'accepted']);
  expect(results.map(({ keptAs }) => typeof keptAs)).toEqual([...Array(4).fill('string'), 'undefined']);
  expect(results.some((result) => 'vector' in result)).toBe(false);

  const listed = await docclf([...list, '--sheet', path('sheet.html')]);
  expect([listed.code, listed.lines.length]).toEqual([0, 1]);
  expect(listed.stdout).toMatch(/^1 +3 documents {2}[0-9a-f]{32} .* most like form \(0\.\d{4}\)\n$/);
  expect(listed.stderr).toBe('4 unknown: 1 proposals, 1 like no other.\n');
  expect(readFileSync(path('sheet.html'), 'utf8')).toContain('No pictures were kept.');

  await again();
  expect((await docclf(list)).stdout).toBe(listed.stdout);

  const accepted = await docclf([...list, '--accept', '1', '--label', 'bank/new']);
  expect([accepted.code, accepted.stdout]).toEqual([
    0,
    expect.stringMatching(/^registered {2}bank\/new {2}[0-9a-f]{32}\n$/),
  ]);
  expect((await docclf(['labels', '--gallery', gallery])).stdout).toMatch(/bank\/new +1/);
  const after = await docclf(list);
  expect([after.stdout, after.stderr]).toEqual(['', '1 unknown: 0 proposals, 1 like no other.\n']);
  expect((await again()).lines.map((line) => JSON.parse(line).label)).toEqual([
    ...Array(3).fill('bank/new'),
    null,
    'form',
  ]);
});

it('shows pictures where they were kept', async () => {
  const { path, list } = await strangers('--keep-thumbnails');
  await docclf([...list, '--sheet', path('sheet.html')]);
  const page = readFileSync(path('sheet.html'), 'utf8');
  expect(page.match(/<img /g)).toHaveLength(3);
  expect(page.match(/class="medoid"/g)).toHaveLength(1);
  expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:`);
});

it('tells what is wrong with its arguments', async () => {
  const { path, gallery, inbox, list } = await strangers();
  const codes = async (...argv: string[]) => (await docclf(argv)).code;
  expect(await codes(...list, '--accept', '1')).toBe(2);
  expect(await codes(...list, '--accept', '2', '--label', 'x')).toBe(2);
  expect(await codes(...list, '--accept', '1', '--label', '/')).toBe(2);
  expect(await codes('unknowns', path('missing'), '--gallery', gallery)).toBe(3);
  expect(await codes('classify', path('form.png'), '--gallery', gallery, '--keep-unknown', gallery)).toBe(2);
  expect((await docclf(list)).stderr).toContain('4 unknown');
  expect(inbox).toBeTruthy();
});
