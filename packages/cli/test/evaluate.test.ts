import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

/** Page `seed` in `count` lights: images of one type. */
async function writeType(folder: string, seed: number, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    await drawPage(seed)
      .modulate({ brightness: 1 - 0.08 * i })
      .jpeg({ quality: 90 - 10 * i })
      .toFile(`${folder}/${i}.jpg`);
  }
}

async function writeSet(path: (name?: string) => string): Promise<void> {
  await writeType(path('known/acme/claim'), 1, 3);
  await writeType(path('known/acme/claims'), 2, 3);
  await writeType(path('known/id'), 3, 2);
  await writeType(path('known/lone'), 4, 1);
  await writeType(path('strangers'), 50, 1);
  await writePage(path('strangers/deep/er.png'), 51);
}

it('prints one JSON object with every figure by its rate', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const { code, lines, stderr } = await docclf([
    'evaluate',
    path('known'),
    '--unknown',
    path('strangers'),
    '--json',
  ]);
  expect([code, stderr, lines.length]).toEqual([0, '', 1]);
  const summary = JSON.parse(lines[0]!);
  expect(Object.keys(summary)[0]).toBe('answers');
  const { answers, counts, decisions } = summary;
  expect(answers).toMatchObject({ right: 1, parent: 0, unknown: 0, wrong: 0 });
  expect(answers.counts).toMatchObject({ asked: 5, right: 5, strangers: { asked: 2 } });
  expect(answers.strangersAccepted).toBe(answers.counts.strangers.accepted / 2);
  expect(summary.atThreshold.origin).toMatchObject({ origin: 'cohort', fpir: 0.01 });
  expect([counts.searches, decisions.searches, decisions.nonMated.searches]).toEqual([100, 100, 40]);
  const clean = { '0.01': 1, '0.001': 1, '0.0001': 1 };
  expect(summary).toMatchObject({
    tprAtFpr: clean,
    macroTprAtFpr: clean,
    auroc: 1,
    rank1: 1,
    fnirAtFpir: { '0.01': 0, '0.1': 0 },
    missesAtFpir: { '0.01': 0, '0.1': 0 },
    intervals: { level: 0.95, macroTprAtFpr: { '0.0001': [1, 1] }, rank1: [1, 1] },
    counts: {
      images: 9,
      types: 4,
      singleImageTypes: 1,
      genuinePairs: 3 + 3 + 1,
      impostorPairs: 36 - 7,
      unknown: 2,
      searches: 20 * 5,
      nonMatedSearches: 20 * 2,
      failed: 0,
    },
    hierarchy: { right: 100, parentRight: 0, wrong: 0 },
    confusions: [],
    provenance: {
      folder: path('known'),
      unknownFolder: path('strangers'),
      images: 9,
      types: 4,
      pairs: 36,
      seed: 0,
      failedFiles: [],
    },
  });
  expect(summary.provenance.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(summary.provenance.embeddingSpace).toContain(summary.provenance.model.id);
  expect(
    summary.sources.map(({ source, types }: { source: string; types: number }) => [source, types]),
  ).toEqual([['acme', 2]]);
  expect(summary.worst.genuine[0].labels[0]).toBe(summary.worst.genuine[0].labels[1]);
  expect(summary.warnings.join('\n')).toContain(
    '29 impostor pairs are too few for FPR 0.01 (0.29 expected errors)',
  );
  expect(summary.warnings.join('\n')).toContain('1 of 4 types have a single image');
});

it('prints a table that says what it rests on', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const { code, stdout, stderr } = await docclf(['evaluate', path('known')]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^With the first image of each type registered, 100\.0 % of the others get the right answer, 0\.0 % come back as unknown and 0\.0 % get a wrong answer; \d+\.\d % of strangers are taken for a registered type\.\n\n9 images/,
  );
  expect(stdout).toMatch(/^9 images of 4 types, 0 unknown; 7 genuine and 29 impostor pairs\n/m);
  expect(stdout).toMatch(/^TPR at FPR 0\.0001 +100\.0 % \(100\.0 to 100\.0\)/m);
  expect(stdout).toMatch(/^Rank 1 +100\.0 %/m);
  expect(stdout).toMatch(/^FNIR at FPIR 0\.01 +\d/m);
  expect(stdout).toMatch(/^! Without unknown images \(--unknown\)/m);
});

it('answers as register and classify do, with a second look and without', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  // A negative on a wide border: told by its print alone.
  const negative = await drawPage(1).negate({ alpha: false }).png().toBuffer();
  await sharp(negative)
    .extend({ top: 90, bottom: 30, left: 70, right: 20, background: '#555' })
    .toFile(path('known/acme/claim/9.png'));
  for (const label of ['acme/claim', 'acme/claims', 'id', 'lone']) {
    mkdirSync(path(`first/${label}`), { recursive: true });
    copyFileSync(path(`known/${label}/0.jpg`), path(`first/${label}/0.jpg`));
  }
  for (const flags of [[], ['--no-second-look']]) {
    const { lines } = await docclf([
      ...['evaluate', path('known'), '--unknown', path('strangers')],
      ...['--json', ...flags],
    ]);
    const { counts } = JSON.parse(lines[0]!).answers;
    const gallery = ['--gallery', path(`g${flags.length}.docclf`)];
    await docclf(['register', path('first'), ...gallery, ...flags]);
    const asked = await docclf(['classify', path('known'), path('strangers'), ...gallery, '--json']);
    const answers = asked.lines.map((line) => {
      const { file, label } = JSON.parse(line);
      return { own: dirname(relative(path('known'), file)), file, label };
    });
    const others = answers.filter(({ own, file }) => !own.startsWith('..') && !file.endsWith('0.jpg'));
    const strangers = answers.filter(({ own }) => own.startsWith('..'));
    expect(counts).toMatchObject({
      asked: others.length,
      right: others.filter(({ own, label }) => label === own).length,
      unknown: others.filter(({ label }) => label === null).length,
      strangers: {
        asked: strangers.length,
        accepted: strangers.filter(({ label }) => label !== null).length,
      },
    });
    expect(counts.asked).toBe(6);
  }
});

it('takes a threshold for the figures at one', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const { lines } = await docclf(['evaluate', path('known'), '--json', '--threshold', '0']);
  expect(JSON.parse(lines[0]!).atThreshold).toMatchObject({
    threshold: 0,
    tpr: 1,
    fpr: 1,
    types: 4,
    // Any of the others is good enough for an image without its own type, but none is clearly the nearest.
    fpir: 0,
    fnir: 0,
  });
});

it('writes a page that loads nothing and lets no name become markup', async () => {
  const path = temporaryFolder();
  const evil = '<img src=x onerror=alert(1)>&"\'';
  await writeType(path(`known/${evil}`), 1, 3);
  await writeType(path('known/b\u202e'), 2, 2);
  await writeType(path('known/c'), 3, 2);
  const { code } = await docclf(['evaluate', path('known'), '--report', path('out.html')]);
  expect(code).toBe(0);
  const page = readFileSync(path('out.html'), 'utf8');
  expect(page).not.toContain('<img src=x');
  expect(page).not.toContain('\u202e');
  expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;&#38;&#34;&#39;');
  // All that could load: pictures as data, and no script or style from elsewhere.
  for (const [, source] of page.matchAll(/(?:src|href)="([^"]*)"/g)) {
    expect(source).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  }
  expect(page.match(/<img /g)?.length).toBe(2 * 3 + 2 * 3);
  expect(page.match(/<svg /g)?.length).toBe(4);
  expect(page).not.toMatch(/<script|NaN|Infinity|undefined/);
});

it.each([
  ['one type', { a: 3 }, 'There is one type', { tprAtFpr: { '0.01': null }, auroc: null, rank1: 1 }],
  ['one image a type', { a: 1, b: 1 }, 'No type has two images', { tprAtFpr: { '0.01': null }, rank1: null }],
  ['a single image', { a: 1 }, 'No type has two images', { fnirAtFpir: { '0.01': null }, rank1: null }],
])('says what %s cannot tell', async (_, types, warning, figures) => {
  const path = temporaryFolder();
  for (const [seed, [name, count]] of Object.entries(types).entries()) {
    await writeType(path(`known/${name}`), seed + 1, count);
  }
  const argv = ['evaluate', path('known'), '--report', path('out.html')];
  const { code, stdout } = await docclf(argv);
  expect(code).toBe(0);
  expect(stdout).toContain(warning);
  expect(stdout + readFileSync(path('out.html'), 'utf8')).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(JSON.parse((await docclf(['evaluate', path('known'), '--json'])).stdout)).toMatchObject(figures);
});

it('points at one picture under two labels', async () => {
  const path = temporaryFolder();
  await writeType(path('known/right'), 1, 2);
  await writeType(path('known/wrong'), 1, 2);
  const { stdout } = await docclf(['evaluate', path('known')]);
  expect(stdout).toMatch(/right\/\d\.jpg and wrong\/\d\.jpg are the same picture under two labels/);
});

it('measures the good images and lists the bad ones', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  writeFileSync(path('known/id/empty.png'), '');
  await writePage(path('known/ spaced/a.png'), 9);
  const { code, stdout, stderr } = await docclf(['evaluate', path('known'), '--json']);
  expect(code).toBe(1);
  expect(stderr.match(/(?<=^docclf: )\w+/gm)?.sort()).toEqual(['IMAGE_EMPTY', 'LABEL_INVALID']);
  const { counts, provenance } = JSON.parse(stdout);
  expect(counts).toMatchObject({ images: 9, failed: 2 });
  expect(provenance.failedFiles.map(({ file }: { file: string }) => basename(file)).sort()).toEqual([
    'a.png',
    'empty.png',
  ]);
});

it('ends with the failures when no image could be read', async () => {
  const path = temporaryFolder();
  mkdirSync(path('known/a'), { recursive: true });
  writeFileSync(path('known/a/empty.png'), '');
  const { code, stdout, stderr } = await docclf(['evaluate', path('known')]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('docclf: IMAGE_EMPTY: ');
});

it.each([
  [['none'], 3, 'FILE_NOT_FOUND'],
  [['known', '--unknown', 'none'], 3, 'FILE_NOT_FOUND'],
  [['known/id/0.jpg'], 2, 'INVALID_ARGUMENT'],
  [['known', '--unknown', 'known/id'], 2, 'INVALID_ARGUMENT'],
  [['known/id', '--unknown', 'known'], 2, 'INVALID_ARGUMENT'],
  [['known', '--report', 'none/out.html'], 3, 'FILE_UNWRITABLE'],
  [['known', '--fpr', '1e-9'], 2, 'THRESHOLD_UNAVAILABLE'],
])('refuses before it embeds: %j', async (names, expected, errorCode) => {
  const path = temporaryFolder();
  await writeType(path('known/id'), 1, 2);
  const argv = names.map((name) => (/^(--|1e)/.test(name) ? name : path(name)));
  const { code, stdout, stderr } = await docclf(['evaluate', ...argv]);
  expect([code, stdout]).toEqual([expected, '']);
  expect(stderr).toMatch(new RegExp(`^docclf: ${errorCode}: `));
});

it('stops at an interruption without figures', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const interruption = new AbortController();
  interruption.abort();
  const { code, stdout } = await docclf(['evaluate', path('known')], { signal: interruption.signal });
  expect([code, stdout]).toEqual([130, '']);
});

const data = process.env.DOCCLF_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const bench = `${data}/bench`;

it.skipIf(!existsSync(bench)).each(['aligned', 'filled'])(
  `agrees with the scorer of the training code on %s (needs ${basename(data)}/bench, see DOCCLF_DATA)`,
  async (stratum) => {
    const card = readFileSync(new URL('../../model/README.md', import.meta.url), 'utf8');
    const rows = [...card.matchAll(/^\| (\w+) \|(.*)\|$/gm)].filter(([, name]) => name === stratum);
    const [pairs, searches] = rows.map(([, , cells]) =>
      cells!.split('|').map((cell) => Number.parseFloat(cell.trim()) / 100),
    );
    const { stdout } = await docclf([
      'evaluate',
      `${bench}/${stratum}`,
      '--unknown',
      `${bench}/unknown`,
      // The training code embeds pictures as they are.
      '--no-locate',
      '--json',
    ]);
    const { macroTprAtFpr, rank1, fnirAtFpir } = JSON.parse(stdout);
    // Pictures are decoded and shrunk by another library, so that a pair or two may change places.
    const [, ...expectedTpr] = pairs!;
    for (const [i, fpr] of ['0.01', '0.001', '0.0001'].entries()) {
      expect(Math.abs(macroTprAtFpr[fpr] - expectedTpr[i]!)).toBeLessThan(0.015);
    }
    // References are drawn by another generator.
    expect(Math.abs(rank1 - searches![0]!)).toBeLessThan(0.015);
    expect(Math.abs(fnirAtFpir['0.1'] - searches![2]!)).toBeLessThan(0.04);
  },
  120_000,
);
