import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage, writeTiff } from './support.ts';

/** Two registered pages and photos of theirs: blurred and smaller, but the same. */
async function knownPages() {
  const path = temporaryFolder();
  await writePage(path('documents/insurance/claim.png'), 1);
  await writePage(path('documents/台灣駕照/front.png'), 2);
  await drawPage(1).resize(180, 240).blur(1).jpeg().toFile(path('claim-photo.jpg'));
  const gallery = path('g.docclf');
  await docclf(['register', path('documents'), '--gallery', gallery]);
  return { path, gallery, photo: path('claim-photo.jpg') };
}

it('names the label, or the best candidate in parentheses', async () => {
  const { gallery, photo } = await knownPages();
  const accepted = await docclf(['classify', photo, '--gallery', gallery, '--threshold', '0.5']);
  expect(accepted.code).toBe(0);
  expect(accepted.stdout).toMatch(/^accepted {2}insurance +0\.\d{4} +0\.\d{4} {2}.*claim-photo\.jpg\n$/);
  const unknown = await docclf(['classify', photo, '--gallery', gallery, '--threshold', '1']);
  expect(unknown.code).toBe(4);
  expect(unknown.stdout).toMatch(/^unknown {3}\(insurance\) +\(0\.\d{4}\) {2}0\.\d{4} {2}.*\n$/);
});

it('aligns labels of wide characters', async () => {
  const { path, gallery } = await knownPages();
  const { lines } = await docclf(['classify', path('documents'), '--gallery', gallery, '--threshold', '0']);
  expect(lines).toHaveLength(2);
  const columns = lines.map((line) => stringWidth(line.slice(0, line.indexOf('1.0000'))));
  expect(columns[0]).toBe(columns[1]);
});

it('prints the whole classification as JSON', async () => {
  const { gallery, photo } = await knownPages();
  const argv = ['classify', photo, '--gallery', gallery, '--json', '--fpr', '0.5'];
  const { code, lines } = await docclf(argv);
  const result = JSON.parse(lines[0]!);
  expect(result).toMatchObject({
    file: photo,
    status: 'accepted',
    label: 'insurance',
    path: ['insurance'],
    threshold: { origin: 'cohort', fpr: 0.5 },
    evalue: expect.any(Number),
    oneOf: [],
    reason: 'above-threshold',
    image: { width: 180, height: 240 },
  });
  expect(code).toBe(0);
  expect(result.candidates).toHaveLength(2);
  const lenient = await docclf(['classify', photo, '--gallery', gallery, '--json', '--fpir', '0.3']);
  const { fpir, comparisons } = JSON.parse(lenient.lines[0]!).threshold;
  expect(fpir).toBe(0.3);
  expect(comparisons).toBeGreaterThan(1);
  // Two references; and a drawn page may be taken for a photo, with a whole and three cut-outs in four turns.
  expect(comparisons).toBeLessThanOrEqual(2 * 13 ** 0.7);
  const [top] = (await docclf([...argv, '--top', '1'])).lines;
  expect(JSON.parse(top!).candidates).toHaveLength(1);
});

it('names more candidates with --top', async () => {
  const { path, gallery, photo } = await knownPages();
  const { lines } = await docclf(['classify', photo, '--gallery', gallery, '--top', '2']);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ +台灣駕照 +0\.\d{4}$/);
  await writeTiff(path('scan.tiff'), 2);
});

it('reports a bad image and classifies the others', async () => {
  const { path, gallery, photo } = await knownPages();
  writeFileSync(path('empty.jpg'), '');
  const inputs = [path('empty.jpg'), photo, path('missing.jpg')];
  const { code, lines, stderr } = await docclf(['classify', ...inputs, '--gallery', gallery, '--json']);
  expect(code).toBe(1);
  expect(lines.map((line) => JSON.parse(line).file)).toEqual([photo]);
  expect(stderr.match(/(?<=^docclf: )\w+/gm)).toEqual(['IMAGE_EMPTY', 'FILE_NOT_FOUND']);
});

it('never makes a gallery to look something up in', async () => {
  const { path, photo } = await knownPages();
  const { code, stdout, stderr } = await docclf(['classify', photo, '--gallery', path('typo.docclf')]);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^docclf: FILE_NOT_FOUND: .*typo\.docclf/);
  const after = await docclf(['labels', '--gallery', path('typo.docclf')]);
  expect(after.stderr).toMatch(/^docclf: FILE_NOT_FOUND: /);
});

it('verifies a label by its own references', async () => {
  const { path, gallery, photo } = await knownPages();
  const argv = ['verify', photo, '--gallery', gallery, '--label'];
  const yes = await docclf([...argv, 'insurance', '--threshold', '0.5', '--json']);
  expect(yes.code).toBe(0);
  expect(JSON.parse(yes.stdout)).toMatchObject({ file: photo, accepted: true, label: 'insurance' });
  const no = await docclf([...argv, '台灣駕照', '--threshold', '0.99']);
  expect(no.code).toBe(4);
  expect(no.stdout).toMatch(/^rejected {2}台灣駕照\S* {2}0\.\d{4} < 0\.9900 {2}/);
  const missing = await docclf([...argv, 'nothing']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/^docclf: INVALID_ARGUMENT: .* a label that has references/);
  const bad = await docclf(['verify', path('none.jpg'), '--gallery', gallery, '--label', 'insurance']);
  expect(bad.code).toBe(1);
  expect(bad.stderr).toMatch(/^docclf: FILE_NOT_FOUND: /);
});

it('shows a heading and a summary on a terminal only', async () => {
  const { gallery, photo } = await knownPages();
  const { stdout, stderr } = await docclf(['classify', photo, '--gallery', gallery], { terminal: true });
  expect(stdout).toMatch(/^status +label +score +margin +file\n/);
  expect(stderr).toMatch(/1 (accepted|unknown)/);
});

it('names the ancestor of labels that cannot be told apart, and keeps to what is expected', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  for (const [name, label] of [
    ['a', 'form/gen-1'],
    ['b', 'form/gen-2'],
  ]) {
    // The same picture in another file format: the vectors are all but equal.
    await drawPage(1)
      .toFormat(name === 'a' ? 'png' : 'webp')
      .toFile(path(`${name}.img`));
    await docclf(['register', path(`${name}.img`), '--label', label!, '--gallery', gallery]);
  }
  await writePage(path('other.png'), 2);
  await docclf(['register', path('other.png'), '--label', 'other', '--gallery', gallery]);
  const argv = ['classify', path('a.img'), '--gallery', gallery];
  expect((await docclf(argv)).stdout).toMatch(/^accepted {2}form +1\.0000 +0\.0\d+ /);
  const only = await docclf([...argv, '--expected', 'other', '--expected', 'form/gen-2', '--json']);
  expect(JSON.parse(only.lines[0]!)).toMatchObject({
    label: 'form/gen-2',
    candidates: [{}, { label: 'other' }],
  });
  const typo = await docclf([...argv, '--expected', 'othr']);
  expect([typo.code, typo.stderr.match(/did you mean other\?/g)?.length]).toEqual([2, 1]);
});

it('answers each document of a picture with --all', async () => {
  const { path, gallery } = await knownPages();
  mkdirSync(path('photos'));
  const sheet = (seed: number) => drawPage(seed).resize(420, 560, { fit: 'fill' }).png().toBuffer();
  const table = { width: 1300, height: 900, channels: 3, background: { r: 105, g: 75, b: 50 } } as const;
  await sharp({ create: table })
    .composite([
      { input: await sheet(1), left: 120, top: 170 },
      { input: await sheet(2), left: 740, top: 150 },
    ])
    .jpeg()
    .toFile(path('photos/both.jpg'));
  await sharp({ create: table }).jpeg().toFile(path('photos/empty.jpg'));
  const argv = ['classify', path('photos'), '--gallery', gallery, '--all'];
  const { lines, code } = await docclf(argv);
  expect(code).toBe(0);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^accepted {2}.*both\.jpg \(document 1 of 2\)$/);
  expect(lines[2]).toMatch(/^none .*empty\.jpg$/);
  const printed = (await docclf([...argv, '--json'])).lines.map((line) => JSON.parse(line));
  expect(printed.map(({ documents }) => documents.length)).toEqual([2, 0]);
  expect(new Set(printed[0].documents.map(({ label }: { label: string }) => label))).toEqual(
    new Set(['insurance', '台灣駕照']),
  );
  for (const { corners } of printed[0].documents) expect(corners).toHaveLength(4);
  const strict = await docclf([...argv, '--threshold', '1']);
  expect(strict.code).toBe(4);
  expect((await docclf([...argv, '--csv'])).code).toBe(2);
});
