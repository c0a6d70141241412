import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makePdf } from '../../pdf/test/make-pdf.ts';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

const noon = new Date(2026, 2, 5, 12);

/** A gallery of two pages, and an inbox with photos of both, a stranger, a damaged and a foreign file. */
async function mailRoom() {
  const path = temporaryFolder();
  const gallery = path('types.docclf');
  await writePage(path('types/insurance/claim/1.png'), 1);
  await writePage(path('types/letter/2.png'), 2);
  await docclf(['register', path('types'), '--gallery', gallery]);
  mkdirSync(path('inbox/monday'), { recursive: true });
  const photo = (seed: number) => drawPage(seed).resize(180, 240).jpeg().toBuffer();
  writeFileSync(path('inbox/scan.jpg'), await photo(1));
  writeFileSync(path('inbox/monday/scan.jpg'), await photo(1));
  writeFileSync(path('inbox/other.jpg'), await photo(2));
  writeFileSync(path('inbox/stranger.jpg'), await photo(77));
  writeFileSync(path('inbox/damaged.pdf'), '%PDF-1.7 cut');
  writeFileSync(path('inbox/film.mp4'), 'film');
  for (const name of ['scan.jpg', 'monday/scan.jpg', 'other.jpg'])
    utimesSync(path(`inbox/${name}`), noon, noon);
  const sort = (...more: string[]) =>
    docclf([
      'sort',
      path('inbox'),
      '--to',
      path('archive'),
      '--gallery',
      gallery,
      '--threshold',
      '0.9',
      ...more,
    ]);
  return { path, gallery, sort };
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)\./.test(name) && statSync(join(folder, name)).isFile())
    .sort();
}

const inbox = ['damaged.pdf', 'film.mp4', 'monday/scan.jpg', 'other.jpg', 'scan.jpg', 'stranger.jpg'];
const archive = [
  'insurance/claim/2026-03-05-scan-2.jpg',
  'insurance/claim/2026-03-05-scan.jpg',
  'letter/2026-03-05-other.jpg',
];

it('says what it would do, does it, and takes it back', async () => {
  const { path, sort } = await mailRoom();
  const dry = await sort('--dry-run');
  expect(dry.stdout.match(/^planned/gm)).toHaveLength(3);
  expect(dry.stdout).toContain(`->  ${path('archive/insurance/claim/2026-03-05-scan-2.jpg')}`);
  expect([filesOf(path('inbox')), existsSync(path('archive'))]).toEqual([inbox, false]);

  const done = await sort();
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(/^docclf: PDF_CORRUPT: .*damaged\.pdf/m);
  expect(done.stderr).toContain('1 file left out (1 video)');
  expect(done.stderr).toContain('3 moved, 1 unknown, 1 failed.');
  expect(done.lines.find((line) => line.startsWith('unknown'))).toContain('stranger.jpg');
  expect(filesOf(path('inbox'))).toEqual(['damaged.pdf', 'film.mp4', 'stranger.jpg']);
  expect(filesOf(path('archive'))).toEqual(archive);

  const undone = await docclf(['sort', '--undo', '--to', path('archive')]);
  expect([undone.code, undone.stderr]).toEqual([0, '3 taken back, 0 left as they are.\n']);
  expect(undone.lines[0]).toMatch(/^back {5}.* {2}-> {2}.*$/);
  expect([filesOf(path('inbox')), filesOf(path('archive'))]).toEqual([inbox, []]);
  expect((await docclf(['sort', '--undo', '--to', path('archive')])).stderr).toBe('Nothing to take back.\n');
});

it('finds its archive in the inbox, and copies once', async () => {
  const { path, gallery } = await mailRoom();
  const sort = () =>
    docclf([
      'sort',
      path('inbox'),
      '--to',
      path('inbox/sorted'),
      '--gallery',
      gallery,
      '--threshold',
      '0.9',
      '--template',
      '{type}/{stem}',
      '--copy',
      '--json',
    ]);
  const became = async () =>
    (await sort()).lines.map((line) => JSON.parse(line)).map(({ label, became }) => [label, became]);
  const first = await became();
  expect(first).toEqual([
    ['insurance/claim', 'copied'],
    ['letter', 'copied'],
    ['insurance/claim', 'copied'],
    [null, 'unknown'],
  ]);
  expect(filesOf(path('inbox/sorted'))).toEqual(['claim/scan-2.jpg', 'claim/scan.jpg', 'letter/other.jpg']);
  expect((await became()).map(([, word]) => word)).toEqual([
    'there already',
    'there already',
    'there already',
    'unknown',
  ]);
  expect(filesOf(path('inbox/sorted'))).toHaveLength(3);
});

it('leaves a file of which a page cannot be read, and one that holds nothing', async () => {
  const { path, gallery } = await mailRoom();
  writeFileSync(path('white.pdf'), makePdf([{}, {}]));
  const { code, lines } = await docclf(['sort', path('white.pdf'), '--to', path('a'), '--gallery', gallery]);
  expect([code, lines.length]).toEqual([4, 1]);
  expect(lines[0]).toMatch(/^blank .*white\.pdf \(0 of 2 pages\)$/);
  expect(existsSync(path('white.pdf'))).toBe(true);
});

it('leaves a file whose pages are documents of several types, and says which', async () => {
  const { path, gallery } = await mailRoom();
  const pages = await Promise.all([1, 1, 77, 2].map((seed) => drawPage(seed).raw().toBuffer()));
  await sharp(Buffer.concat(pages), { raw: { width: 240, height: 1280, channels: 3, pageHeight: 320 } })
    .tiff()
    .toFile(path('batch.tiff'));
  const sort = (...more: string[]) =>
    docclf([
      ...['sort', path('batch.tiff'), '--to', path('a'), '--gallery', gallery, '--threshold', '0.9'],
      ...more,
    ]);
  const { code, lines, stderr } = await sort();
  expect([code, stderr]).toEqual([4, '0 moved, 0 unknown, 0 failed, 1 mixed.\n']);
  expect(lines).toEqual([
    expect.stringMatching(
      /^mixed .* - {2}.*batch\.tiff \(2 of 4 pages\): {2}1 insurance\/claim, 2-3 insurance\/claim, 4 letter$/,
    ),
  ]);
  expect(JSON.parse((await sort('--json')).stdout)).toMatchObject({
    label: null,
    became: 'mixed',
    parts: [
      { from: 1, to: 1, label: 'insurance/claim' },
      { from: 2, to: 3, label: 'insurance/claim' },
      { from: 4, to: 4, label: 'letter' },
    ],
  });
  expect(existsSync(path('a'))).toBe(false);
  // Of one type, though one page is less certain of it.
  await docclf(['rename', 'letter', 'insurance', '--merge', '--gallery', gallery]);
  expect((await sort('--dry-run')).stderr).toContain('1 planned');
  // Or as its first page is.
  await docclf(['rename', 'insurance/claim', 'claim', '--gallery', gallery]);
  expect((await sort('--pages', 'first')).stderr).toContain('1 moved');
});

it('is content with an empty inbox, and refuses what makes no sense', async () => {
  const { path, gallery } = await mailRoom();
  mkdirSync(path('empty'));
  const empty = await docclf(['sort', path('empty'), '--to', path('a'), '--gallery', gallery]);
  expect([empty.code, empty.stderr]).toEqual([0, '0 moved, 0 unknown, 0 failed.\n']);
  for (const [argv, expected] of [
    [['sort', path('empty'), '--to', path('empty'), '--gallery', gallery], 'another folder than'],
    [['sort', '--to', path('a'), '--gallery', gallery], "missing required argument 'paths'"],
    [['sort', path('empty'), '--to', path('a')], "required option '--gallery"],
    [['sort', path('empty'), '--to', path('a'), '--undo'], '--undo takes no paths'],
    [
      ['sort', path('empty'), '--to', path('a'), '--gallery', gallery, '--template', '../{stem}'],
      '--template',
    ],
    [
      ['sort', path('empty'), '--to', path('a'), '--gallery', gallery, '--copy', '--link'],
      'cannot be used with',
    ],
    [['watch', path('empty'), '--to', path('a'), '--gallery', gallery, '--settle', 'x'], 'number of seconds'],
  ] as const) {
    const { code, stdout, stderr } = await docclf(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  }
});

it('watches a folder: what lies there, what arrives, and what the gallery learns', async () => {
  const { path, gallery } = await mailRoom();
  const stop = new AbortController();
  const sorted: string[] = [];
  const arrive = [
    // Written elsewhere and moved in, as scanners and mail programs do.
    async () => {
      await drawPage(2).resize(180, 240).jpeg().toFile(path('new.jpg'));
      renameSync(path('new.jpg'), path('inbox/new.jpg'));
    },
    async () => {
      await docclf(['register', path('inbox/stranger.jpg'), '--label', 'known/now', '--gallery', gallery]);
    },
    async () => stop.abort(),
  ];
  const awaited = [3, 4, 5];
  const ran = docclf(
    [
      'watch',
      path('inbox'),
      '--to',
      path('archive'),
      '--gallery',
      gallery,
      '--threshold',
      '0.9',
      '--template',
      '{label}/{stem}',
      '--settle',
      '0.05',
    ],
    {
      signal: stop.signal,
      onStdout: (text) => {
        if (!text.startsWith('moved')) return;
        sorted.push(text);
        if (sorted.length === awaited[0]) {
          awaited.shift();
          void arrive.shift()!();
        }
      },
    },
  );
  const { code, stderr } = await ran;
  expect(code).toBe(0);
  expect(stderr.match(/PDF_CORRUPT/g)?.length).toBeGreaterThan(0);
  expect(stderr.match(/left out: .*film\.mp4 \(video\)/g)).toHaveLength(1);
  expect(filesOf(path('archive'))).toEqual([
    'insurance/claim/scan-2.jpg',
    'insurance/claim/scan.jpg',
    'known/now/stranger.jpg',
    'letter/new.jpg',
    'letter/other.jpg',
  ]);
  expect(filesOf(path('inbox'))).toEqual(['damaged.pdf', 'film.mp4']);
});

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

it.skipIf(!existsSync(program))(
  'loses and doubles nothing when it is killed (needs a build)',
  async () => {
    const { path, gallery } = await mailRoom();
    const names = Array.from({ length: 24 }, (_, i) => `${i}.png`);
    const page = await drawPage(1).png().toBuffer();
    // What follows a PNG's end makes another file of it.
    for (const [i, name] of names.entries())
      writeFileSync(path(`many-${name}`), Buffer.concat([page, Buffer.of(i)]));
    mkdirSync(path('many'));
    for (const name of names) renameSync(path(`many-${name}`), path(`many/${name}`));
    const argv = ['sort', path('many'), '--to', path('archive'), '--gallery', gallery, '--threshold', '0.9'];
    for (let kills = 0; filesOf(path('many')).length > 0; kills++) {
      const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
      // After the third line, or the one behind it that is there by then: somewhere within a later step.
      let lines = 0;
      child.stdout.on('data', (chunk) => {
        lines += String(chunk).split('\n').length - 1;
        if (lines >= 3 && kills < 5) child.kill('SIGKILL');
      });
      await once(child, 'close');
    }
    const left = filesOf(path('archive')).map((name) => readFileSync(path(`archive/${name}`)).at(-1));
    expect(left.sort((a, b) => a! - b!)).toEqual(names.map((_, i) => i));
    expect((await docclf(['sort', '--undo', '--to', path('archive')])).code).toBe(0);
  },
  120_000,
);
