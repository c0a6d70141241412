import { readFileSync, writeFileSync } from 'node:fs';
import { encodeSnapshot } from '@docclf/gallery/snapshot';
import { describe, expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

/** A gallery of another model, with one reference a label. */
async function writeForeignGallery(file: string, labels: readonly string[]): Promise<void> {
  const references = labels.map((label, i) => ({
    id: `reference-${i}`,
    label,
    vector: Float32Array.of(0, 1, 0, 0),
    metadata: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    sourceHash: null,
    attachments: {},
  }));
  writeFileSync(file, await encodeSnapshot({ space: { id: 'another-model', dimension: 4 }, references }));
}

async function labelsOf(gallery: string): Promise<string> {
  return (await docclf(['labels', '--gallery', gallery])).stdout;
}

describe('a gallery of another model', () => {
  it('can be listed, renamed and thinned out', async () => {
    const gallery = temporaryFolder()('g');
    await writeForeignGallery(gallery, ['a/b', 'a/c', '文件']);
    expect(await labelsOf(gallery)).toBe('a/b   1\na/c   1\n文件  1\n');
    expect((await docclf(['rename', 'a', 'z/y', '--gallery', gallery])).stdout).toBe(
      '2 moved from a to z/y.\n',
    );
    expect((await docclf(['remove', '--label', '文件', '--gallery', gallery])).stdout).toBe('1 removed.\n');
    expect((await docclf(['remove', '--id', 'reference-0', '--gallery', gallery])).stdout).toBe(
      '1 removed.\n',
    );
    expect(await labelsOf(gallery)).toBe('z/y/c  1\n');
  });

  it('is not classified with, nor written to', async () => {
    const path = temporaryFolder();
    await writePage(path('page.png'), 1);
    await writeForeignGallery(path('g'), ['a']);
    const before = readFileSync(path('g'));
    for (const command of ['classify', 'register']) {
      const { code, stdout, stderr } = await docclf([command, path('page.png'), '--gallery', path('g')]);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^docclf: GALLERY_SPACE_MISMATCH: .*another-model/);
    }
    expect(readFileSync(path('g')).equals(before)).toBe(true);
    const { stdout } = await docclf(['info', '--gallery', path('g'), '--json']);
    expect(JSON.parse(stdout).gallery).toMatchObject({ references: 1, labels: 1, fitsModel: false });
  });
});

it('merges two labels only when told', async () => {
  const gallery = temporaryFolder()('g');
  await writeForeignGallery(gallery, ['a', 'b']);
  const refused = await docclf(['rename', 'a', 'b', '--gallery', gallery]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^docclf: LABEL_EXISTS: .*--merge/);
  expect((await docclf(['rename', 'a', 'b', '--merge', '--gallery', gallery])).code).toBe(0);
  expect(await labelsOf(gallery)).toBe('b  2\n');
});

it('says that there is nothing of that name', async () => {
  const gallery = temporaryFolder()('g');
  await writeForeignGallery(gallery, ['a']);
  const label = await docclf(['remove', '--label', 'b', '--gallery', gallery]);
  expect([label.code, label.stdout]).toEqual([2, '']);
  expect(label.stderr).toMatch(/^docclf: INVALID_ARGUMENT: Expected a label that has references/);
  const id = await docclf(['remove', '--id', 'b', '--gallery', gallery]);
  expect([id.code, id.stderr.slice(0, 28)]).toEqual([1, 'docclf: REFERENCE_NOT_FOUND:']);
});

describe('a damaged gallery', () => {
  const damages: readonly [string, (bytes: Buffer) => Buffer, string][] = [
    ['cut in half', (bytes) => bytes.subarray(0, bytes.length / 2), 'GALLERY_FILE_TRUNCATED'],
    ['with a flipped bit', (bytes) => flip(bytes), 'GALLERY_FILE_CORRUPT'],
    ['of no bytes', () => Buffer.alloc(0), 'GALLERY_FILE_FOREIGN'],
    ['that is a text', () => Buffer.from('{"labels":[]}'), 'GALLERY_FILE_FOREIGN'],
  ];
  it.each(damages)('%s is refused by every command and left as it is', async (_, damage, errorCode) => {
    const path = temporaryFolder();
    await writePage(path('page.png'), 1);
    await writeForeignGallery(path('whole'), ['a']);
    const bytes = damage(readFileSync(path('whole')));
    writeFileSync(path('g'), bytes);
    for (const argv of [
      ['labels'],
      ['rename', 'a', 'b'],
      ['remove', '--label', 'a'],
      ['info'],
      ['classify', path('page.png')],
      ['register', path('page.png')],
      ['verify', path('page.png'), '--label', 'a'],
    ]) {
      const { code, stdout, stderr } = await docclf([...argv, '--gallery', path('g')]);
      expect([argv[0], code, stdout]).toEqual([argv[0], 3, '']);
      expect(stderr).toMatch(new RegExp(`^docclf: ${errorCode}: [^\n]*\n$`));
    }
    expect(readFileSync(path('g')).equals(bytes)).toBe(true);
  });
});

it('shows the model and prints stack traces only for debugging', async () => {
  const path = temporaryFolder();
  const { code, stdout } = await docclf(['info', '--json']);
  expect(code).toBe(0);
  const { model } = JSON.parse(stdout);
  const manifest = JSON.parse(readFileSync(new URL('../../model/manifest.json', import.meta.url), 'utf8'));
  expect([model.space, model.sha256]).toEqual([manifest.embeddingSpace, manifest.sha256]);
  expect(model.licence).toBeTypeOf('string');
  const quiet = await docclf(['labels', '--gallery', path('none')]);
  expect(quiet.stderr.split('\n')).toHaveLength(2);
  const loud = await docclf(['labels', '--gallery', path('none')], { debug: true });
  expect(loud.stderr).toMatch(/\n {4}at .*\n(.*\n)*.*ENOENT/);
});

function flip(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[100]! ^= 1;
  return flipped;
}
