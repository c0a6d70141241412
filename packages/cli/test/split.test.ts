import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createPdfReader } from '@docclf/pdf';
import { expect, it } from 'vitest';
import { makePdf } from '../../pdf/test/make-pdf.ts';
import { docclf, temporaryFolder, writePage } from './support.ts';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const form = '0 g 20 250 160 20 re f 0.5 g 20 40 60 180 re f 0.2 g 100 120 80 8 re f 100 90 80 8 re f';
const terms = '0.6 g '.concat(...Array.from({ length: 24 }, (_, i) => `15 ${15 + i * 11} 170 5 re f `));
const letter = '0 g 120 270 60 10 re f '.concat(
  ...Array.from({ length: 20 }, (_, i) => `20 ${30 + i * 11} ${90 + ((i * 37) % 70)} 4 re f `),
);
const stripes = '0.3 g '.concat(...Array.from({ length: 9 }, (_, i) => `${10 + i * 20} 10 8 280 re f `));

async function pagesIn(file: string): Promise<number> {
  const reader = await createPdfReader();
  for await (const page of reader.pages(readFileSync(file))) return page.pages;
  return 0;
}

/** A form of two pages and a letter are registered; the batch is: a stranger, form, terms, blank, letter, stranger, form. */
async function batch() {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  writeFileSync(path('form.pdf'), makePdf([{ content: form }, { content: terms }]));
  writeFileSync(path('letter.pdf'), makePdf([{ content: letter }]));
  await docclf(['register', path('form.pdf'), path('letter.pdf'), '--gallery', gallery]);
  const contents = [stripes, form, terms, '', letter, stripes, form];
  writeFileSync(path('batch.pdf'), makePdf(contents.map((content) => ({ content }))));
  const args = ['split', path('batch.pdf'), '--to', path('out'), '--gallery', gallery, '--threshold', '0.97'];
  return { path, gallery, args, split: (...more: string[]) => docclf([...args, ...more]) };
}

it('begins a document at each first page of a registered type', async () => {
  const { path, split } = await batch();
  const dry = await split('--dry-run', '--json');
  const parts = dry.lines.map((line) => JSON.parse(line)).map(({ from, to, label }) => [from, to, label]);
  expect(parts).toEqual([
    [1, 1, null],
    [2, 4, 'form'],
    [5, 6, 'letter'],
    [7, 7, 'form'],
  ]);
  expect([dry.code, existsSync(path('out'))]).toEqual([4, false]);
  const { code, lines, stderr } = await split();
  expect([code, stderr]).toEqual([4, '1 split, 0 failed.\n']);
  expect(lines[1]).toBe(`2-4      form       ${path('out/form/batch-2-4.pdf')}`);
  const files = readdirSync(path('out'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.pdf'),
  );
  expect(files.sort()).toEqual([
    'form/batch-2-4.pdf',
    'form/batch-7.pdf',
    'letter/batch-5-6.pdf',
    'unknown/batch-1.pdf',
  ]);
  expect(await Promise.all(files.sort().map((file) => pagesIn(path(`out/${file}`))))).toEqual([3, 1, 2, 1]);
});

it('makes nothing twice when it is done again, and overwrites nothing', async () => {
  const { path, split } = await batch();
  await split();
  const inFolder = () => readdirSync(path('out'), { recursive: true }).sort();
  const before = inFolder();
  rmSync(path('out/unknown/batch-1.pdf')); // As if it had been stopped.
  const again = await split();
  expect(inFolder()).toEqual(before);
  expect(again.lines.map((line) => line.endsWith(' (there already)'))).toEqual([false, true, true, true]);
  writeFileSync(path('out/form/batch-7.pdf'), 'of somebody else');
  await split();
  expect(readFileSync(path('out/form/batch-7.pdf'), 'utf8')).toBe('of somebody else');
  expect(inFolder()).toEqual([...before, 'form/batch-7-2.pdf'].sort());
});

it.skipIf(!existsSync(program))(
  'leaves nothing behind where it cannot write, and ends (needs a build)',
  async () => {
    const { path, args } = await batch();
    mkdirSync(path('out'));
    writeFileSync(path('out/form'), 'a file where the folder would be');
    // In a process of its own, since a thread that goes on reading would keep that from ending.
    const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
    expect(await once(child, 'close')).toEqual([3, null]);
    expect(readdirSync(path('out'), { recursive: true }).sort()).toEqual([
      'form',
      'unknown',
      'unknown/batch-1.pdf',
    ]);
  },
);

it('splits PDFs only, and goes on behind a damaged one', async () => {
  const { path, gallery } = await batch();
  await writePage(path('photo.png'), 1);
  writeFileSync(path('damaged.pdf'), '%PDF-1.7 cut');
  const { code, stderr } = await docclf([
    'split',
    path('photo.png'),
    path('damaged.pdf'),
    path('letter.pdf'),
    '--to',
    path('out'),
    '--gallery',
    gallery,
  ]);
  expect(code).toBe(1);
  expect(stderr.match(/(?<=^docclf: )\w+/gm)).toEqual(['INVALID_ARGUMENT', 'PDF_CORRUPT']);
  expect(stderr).toContain('1 split, 2 failed.');
});
