import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makePdf } from '../../pdf/test/make-pdf.ts';
import { docclf, drawPage, temporaryFolder } from './support.ts';

const form = '0 g 20 250 160 20 re f 0.5 g 20 40 60 180 re f 0.2 g 100 120 80 8 re f 100 90 80 8 re f';
const letter = '0 g 120 270 60 10 re f '.concat(
  ...Array.from({ length: 20 }, (_, i) => `20 ${30 + i * 11} ${90 + ((i * 37) % 70)} 4 re f `),
);
const stripes = '0.3 g '.concat(...Array.from({ length: 9 }, (_, i) => `${10 + i * 20} 10 8 280 re f `));
const certain = ['--threshold', '0.95'];

/** A gallery of a form and a letter, and a PDF of four pages: a stranger, nothing, the letter, the form, the letter. */
async function mixed() {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  writeFileSync(path('form.pdf'), makePdf([{ content: form }]));
  writeFileSync(path('letter.pdf'), makePdf([{ content: letter }]));
  await docclf(['register', path('form.pdf'), path('letter.pdf'), '--gallery', gallery]);
  const contents = [stripes, '', letter, form, letter];
  writeFileSync(path('scan.pdf'), makePdf(contents.map((content) => ({ content }))));
  const classify = (...more: string[]) =>
    docclf(['classify', path('scan.pdf'), '--gallery', gallery, ...certain, ...more]);
  return { path, gallery, classify };
}

it('answers for a file, with its pages behind the answer', async () => {
  const { path, classify } = await mixed();
  const { code, lines } = await classify();
  expect([code, lines.length]).toEqual([0, 1]);
  expect(lines[0]).toMatch(/^accepted {2}letter +[\d.]+ +[\d.]+ {2}.*scan\.pdf \(2 of 5 pages\)$/);
  const json = JSON.parse((await classify('--json')).lines[0]!);
  expect(json).toMatchObject({ file: path('scan.pdf'), page: 3, status: 'accepted', label: 'letter' });
  const pages = json.pages.map((page: { page: number; status: string; label: string }) => [
    page.page,
    page.status,
    page.label ?? undefined,
  ]);
  expect(pages).toEqual([
    [1, 'unknown', undefined],
    [2, 'blank', undefined],
    [3, 'accepted', 'letter'],
    [4, 'accepted', 'form'],
    [5, 'accepted', 'letter'],
  ]);
});

it('reads the pages that it is told to', async () => {
  const { classify } = await mixed();
  const answer = async (...more: string[]) => {
    const { code, stdout, stderr } = await classify('--csv', ...more);
    const [, page, pages, status, label] = stdout.split('\n')[1]?.split(',') ?? [];
    return [code, page, pages, status, label, /INVALID_ARGUMENT: .*/.exec(stderr)?.[0]];
  };
  expect(await answer('--pages', 'first')).toEqual([4, '1', '5', 'unknown', '', undefined]);
  expect(await answer('--pages', '2')).toEqual([4, '', '5', 'blank', '', undefined]);
  expect(await answer('--pages', '3-5')).toEqual([0, '3', '5', 'accepted', 'letter', undefined]);
  expect(await answer('--pages', '6-')).toEqual([
    1,
    undefined,
    undefined,
    undefined,
    undefined,
    expect.stringContaining('pages that the file has for --pages but received pages from 6 on'),
  ]);
  expect((await classify('--pages', '0')).code).toBe(2);
});

it('answers page by page when asked', async () => {
  const { classify } = await mixed();
  const { lines } = await classify('--each-page');
  expect(lines.map((line) => /^(\w+) .*(\(page \d\))$/.exec(line)?.slice(1))).toEqual([
    ['unknown', '(page 1)'],
    ['blank', '(page 2)'],
    ['accepted', '(page 3)'],
    ['accepted', '(page 4)'],
    ['accepted', '(page 5)'],
  ]);
});

it('makes no reference of a blank page, in PDFs and TIFFs', async () => {
  const { path, gallery } = await mixed();
  const { code, lines, stderr } = await docclf([
    'register',
    path('scan.pdf'),
    '--label',
    'batch',
    '--pages',
    '1-2',
    '--gallery',
    gallery,
  ]);
  expect([code, lines.length]).toEqual([0, 1]);
  expect(stderr).toContain(`blank, left out: ${path('scan.pdf')} (page 2)\n`);
  expect(stderr).toContain('1 registered, 0 there already, 0 failed, 1 blank.');
  // Three pages of one TIFF, the second of them white.
  const pages = await Promise.all([1, 0, 2].map((seed) => drawPage(seed).raw().toBuffer()));
  pages[1]!.fill(255);
  const raw = { width: 240, height: 960, channels: 3, pageHeight: 320 } as const;
  await sharp(Buffer.concat(pages), { raw }).tiff().toFile(path('fax.tiff'));
  const fax = await docclf(['register', path('fax.tiff'), '--gallery', gallery]);
  expect(fax.lines.map((line) => /\(page \d\)$/.exec(line)?.[0])).toEqual(['(page 1)', '(page 3)']);
  expect(fax.stderr).toContain('1 blank.');
});

it('keeps the pages of a file that nobody recognised', async () => {
  const { path, gallery, classify } = await mixed();
  const inbox = path('inbox.docclf');
  const known = await classify('--json', '--keep-unknown', inbox);
  expect(JSON.parse(known.lines[0]!).pages[0].keptAs).toBeUndefined();
  const unknown = await classify('--json', '--keep-unknown', inbox, '--pages', '1-2');
  const [first, second] = JSON.parse(unknown.lines[0]!).pages;
  expect([first.keptAs, second.keptAs]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), undefined]);
  const { stderr } = await docclf(['unknowns', inbox, '--gallery', gallery]);
  expect(stderr).toMatch(/^1 unknown/);
});
