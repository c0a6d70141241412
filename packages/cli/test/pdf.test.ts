import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encryptedPdf } from '../../pdf/test/encrypted-pdf.ts';
import { makePdf } from '../../pdf/test/make-pdf.ts';
import { docclf, temporaryFolder } from './support.ts';

const form = '0 g 20 250 160 20 re f 0.5 g 20 40 60 180 re f 0.2 g 100 120 80 8 re f 100 90 80 8 re f';
const letter = '0 g 120 270 60 10 re f '.concat(
  ...Array.from({ length: 20 }, (_, i) => `20 ${30 + i * 11} ${90 + ((i * 37) % 70)} 4 re f `),
);

it('registers and classifies PDFs, page by page', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  writeFileSync(path('form.pdf'), makePdf([{ content: form }]));
  // Named without an ending, as uploads are.
  writeFileSync(path('upload'), makePdf([{ content: letter }, { content: form }]));
  const registered = await docclf(['register', path('form.pdf'), '--gallery', gallery]);
  expect([registered.code, registered.stderr]).toEqual([0, expect.stringContaining('1 registered')]);
  const { code, lines } = await docclf([
    'classify',
    path('upload'),
    '--gallery',
    gallery,
    '--json',
    '--threshold',
    '0.95',
    '--each-page',
  ]);
  expect(code).toBe(4);
  expect(
    lines.map((line) => JSON.parse(line)).map(({ page, status, label }) => [page, status, label]),
  ).toEqual([
    [1, 'unknown', null],
    [2, 'accepted', 'form'],
  ]);
});

it('names what is wrong with a PDF, and goes on', async () => {
  const path = temporaryFolder();
  writeFileSync(path('a.pdf'), '%PDF-1.7 cut');
  writeFileSync(path('b.pdf'), makePdf([{ content: form }]));
  const { code, lines, stderr } = await docclf(['embed', path()]);
  expect([code, lines.length]).toEqual([1, 1]);
  expect(stderr).toMatch(/^docclf: PDF_CORRUPT: .*a\.pdf/);
});

it('opens PDFs that ask for a password with one of a file', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  writeFileSync(path('secret.pdf'), encryptedPdf([{ content: form }, { content: letter }], 'open sesame'));
  const refused = await docclf(['register', path('secret.pdf'), '--label', 'form', '--gallery', gallery]);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('PDF_ENCRYPTED')]);
  expect(refused.stderr).toContain('--pdf-password-file');
  writeFileSync(path('passwords'), 'of another\r\nopen sesame\r\n\r\n');
  const known = ['--gallery', gallery, '--pdf-password-file', path('passwords')];
  expect((await docclf(['register', path('secret.pdf'), '--label', 'form', ...known])).code).toBe(0);
  // Not by what reads the pages alone, but by the classifier's own readers too.
  expect((await docclf(['verify', path('secret.pdf'), '--label', 'form', ...known])).code).toBe(0);
  const split = await docclf(['split', path('secret.pdf'), '--to', path('out'), ...known]);
  expect([split.code, split.lines]).toEqual([0, [expect.stringMatching(/^1-2 +form /)]]);
  const gone = await docclf(['embed', path('secret.pdf'), '--pdf-password-file', path('none')]);
  expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('FILE_NOT_FOUND')]);
  expect((await docclf(['embed', path('secret.pdf')])).code).toBe(1);
});
