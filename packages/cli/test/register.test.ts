import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createDocClassifier, featuresAttachment, labelPath } from '@docclf/node';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

async function labelsOf(gallery: string): Promise<Record<string, number>> {
  const { lines } = await docclf(['labels', '--gallery', gallery, '--json']);
  const entries = lines.map((line) => JSON.parse(line));
  return Object.fromEntries(entries.map(({ label, references }) => [label, references]));
}

it('takes folders as label paths, and the name of an image that lies in none', async () => {
  const path = temporaryFolder();
  await writePage(path('documents/insurance/acme/claim-form/1.jpg'), 1);
  await writePage(path('documents/insurance/acme/claim-form/2.png'), 2);
  await writePage(path('documents/台灣駕照正面.jpg'), 3);
  await writePage(path('passport.v2.png'), 4);
  const gallery = path('g.docclf');
  const argv = ['register', `${path('documents')}/`, path('passport.v2.png'), '--gallery', gallery];
  const { code, stderr } = await docclf(argv);
  expect(code).toBe(0);
  expect(stderr).toBe('4 registered, 0 there already, 0 failed.\n');
  expect(await labelsOf(gallery)).toEqual({
    'insurance/acme/claim-form': 2,
    'passport.v2': 1,
    台灣駕照正面: 1,
  });
});

it('puts everything under --label', async () => {
  const path = temporaryFolder();
  await writePage(path('scans/front.png'), 1);
  await writePage(path('scans/2024/old.png'), 2);
  await writePage(path('single.png'), 3);
  const gallery = path('g.docclf');
  const inputs = [path('scans'), path('single.png')];
  const { code } = await docclf(['register', ...inputs, '--label', 'acme/form', '--gallery', gallery]);
  expect(code).toBe(0);
  expect(await labelsOf(gallery)).toEqual({ 'acme/form': 2, 'acme/form/2024': 1 });
});

it('can be repeated: what is there stays byte for byte', async () => {
  const path = temporaryFolder();
  await writePage(path('docs/a/1.png'), 1);
  await writePage(path('docs/b/1.png'), 2);
  copyFileSync(path('docs/b/1.png'), path('docs/b/copy.png'));
  const gallery = path('g.docclf');
  const argv = ['register', path('docs'), '--gallery', gallery];
  expect((await docclf(argv)).stderr).toBe('2 registered, 1 there already, 0 failed.\n');
  const before = readFileSync(gallery);
  const again = await docclf(argv);
  expect(again.code).toBe(0);
  expect(again.stderr).toBe('0 registered, 3 there already, 0 failed.\n');
  expect(readFileSync(gallery).equals(before)).toBe(true);
});

it('refuses an image under a second label, unless told to replace', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  const gallery = path('g.docclf');
  const argv = ['register', path('page.png'), '--gallery', gallery, '--label'];
  await docclf([...argv, 'first']);
  const second = await docclf([...argv, 'second']);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('docclf: LABEL_CONFLICT: ');
  expect(await labelsOf(gallery)).toEqual({ first: 1 });
  expect((await docclf([...argv, 'second', '--replace'])).code).toBe(0);
  expect(await labelsOf(gallery)).toEqual({ second: 1 });
});

it('registers the good ones among bad ones', async () => {
  const path = temporaryFolder();
  await writePage(path('docs/a/good.png'), 1);
  writeFileSync(path('docs/a/empty.png'), '');
  writeFileSync(path('docs/a/text.jpg'), 'text');
  await writePage(path('docs/ b.png'), 2);
  await writePage(path('docs/c/good.png'), 3);
  mkdirSync(path('none'));
  const gallery = path('g.docclf');
  const { code, stderr } = await docclf(['register', path('docs'), path('none'), '--gallery', gallery]);
  expect(code).toBe(1);
  const codes = stderr.match(/(?<=^docclf: )\w+/gm);
  expect(codes?.sort()).toEqual([
    'FOLDER_WITHOUT_IMAGES',
    'IMAGE_EMPTY',
    'IMAGE_FORMAT_UNSUPPORTED',
    'LABEL_INVALID',
  ]);
  expect(stderr).toContain(`(${path('docs/ b.png')})`);
  expect(await labelsOf(gallery)).toEqual({ a: 1, c: 1 });
});

it.each([
  ['', 'LABEL_EMPTY'],
  ['../etc', 'LABEL_INVALID'],
  ['a//b', 'LABEL_INVALID'],
  ['a\u001b[31m', 'LABEL_INVALID'],
  ['x'.repeat(10 * 2 ** 20), 'LABEL_TOO_LONG'],
])('refuses a bad label before anything is done (%#)', async (label, errorCode) => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  const gallery = path('g.docclf');
  const argv = ['register', path('page.png'), '--gallery', gallery, '--label', label];
  const { code, stdout, stderr } = await docclf(argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`^docclf: ${errorCode}: `));
  expect(stderr.length).toBeLessThan(300);
  expect(existsSync(gallery)).toBe(false);
});

it('refuses a gallery that cannot be written before it embeds', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  const { code, stdout, stderr } = await docclf([
    'register',
    path('page.png'),
    '--gallery',
    path('no-such-folder/g.docclf'),
  ]);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^docclf: FILE_UNWRITABLE: /);
});

it('keeps thumbnails only when asked, and local features unless told not to', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  await docclf(['register', path('page.png'), '--gallery', path('with'), '--thumbnails']);
  await docclf(['register', path('page.png'), '--gallery', path('without')]);
  await docclf(['register', path('page.png'), '--gallery', path('bare'), '--no-second-look']);
  for (const [name, kept] of [
    ['with', [featuresAttachment, 'thumbnail']],
    ['without', [featuresAttachment]],
    ['bare', []],
  ] as const) {
    const classifier = await createDocClassifier({ gallery: path(name) });
    for await (const { attachments, label } of classifier.references()) {
      // How a picture's state is told is kept of each.
      expect(Object.keys(attachments).filter((key) => !key.startsWith('state@'))).toEqual(kept);
      expect(labelPath(label)).toEqual(['page']);
    }
    await classifier.close();
  }
});

it('keeps what was registered before an interruption, and all of it is told', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 30; seed++) await writePage(path(`docs/${seed}.png`), seed);
  const gallery = path('g.docclf');
  const interruption = new AbortController();
  const argv = ['register', path('docs'), '--gallery', gallery];
  const { code, lines, stderr } = await docclf([...argv, '--concurrency', '2'], {
    signal: interruption.signal,
    onStdout: () => interruption.abort(),
  });
  expect(code).toBe(130);
  expect(lines.length).toBeLessThan(30);
  const registered = Object.keys(await labelsOf(gallery)).sort();
  expect(lines.map((line) => line.split(/\s+/)[1]).sort()).toEqual(registered);
  expect(stderr).toContain(`Interrupted after ${lines.length} of 30 images.`);
  // On a busy machine lines of progress come before it.
  expect((await docclf(argv)).stderr).toMatch(
    new RegExp(`(^|\\n)${30 - lines.length} registered, ${lines.length} there already, 0 failed\\.\\n$`),
  );
});

it('loses nothing when two runs write one gallery at once', async () => {
  const path = temporaryFolder();
  for (let seed = 0; seed < 20; seed++) await writePage(path(`${seed % 2}/${seed}.png`), seed);
  const gallery = path('g.docclf');
  const ran = await Promise.all(
    ['0', '1'].map((half) =>
      docclf(['register', path(half), '--label', half, '--gallery', gallery, '--concurrency', '2']),
    ),
  );
  expect(ran.map(({ code }) => code)).toEqual([0, 0]);
  expect(await labelsOf(gallery)).toEqual({ 0: 10, 1: 10 });
});

it('registers what is none of yours with --unknown', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  await writePage(path('mine.png'), 1);
  await writePage(path('flyers/flyer.png'), 2);
  await docclf(['register', path('mine.png'), '--gallery', gallery]);
  const argv = ['register', path('flyers'), '--unknown', '--gallery', gallery];
  expect((await docclf(argv)).stdout).toMatch(/^registered {5}\(unknown\) {2}\w{32} {2}.*flyer\.png\n$/);
  expect((await docclf(argv)).stdout).toMatch(/^there already {2}\(unknown\) /);
  expect(await labelsOf(gallery)).toEqual({ mine: 1 });
  const { code, lines } = await docclf(['classify', path('flyers'), '--gallery', gallery, '--json']);
  expect(code).toBe(4);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    reason: 'negative-reference',
    negative: { score: expect.closeTo(1, 5) },
    candidates: [{ label: 'mine' }],
  });
  expect((await docclf([...argv, '--label', 'x'])).code).toBe(2);
});
