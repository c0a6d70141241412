/** The model changes, the gallery stays: its references are embedded again. */
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cosine } from '@docclf/core';
import { createMemoryGallery } from '@docclf/gallery';
import { decodeSnapshot } from '@docclf/gallery/snapshot';
import { featuresAttachment } from '@docclf/node';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { changedNeighbours } from '../src/migration/changed-neighbours.ts';
import { docclf, drawPage, temporaryFolder, writePage, writeTiff } from './support.ts';

const manifestUrl = new URL('../../model/manifest.json', import.meta.url);

/** The default model under another name: its vectors are the same, its embedding space is not. */
function writeOtherModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(manifestUrl, 'utf8'));
  for (const { file } of [manifest, manifest.cohort]) {
    copyFileSync(new URL(file, manifestUrl), `${folder}/${file}`);
  }
  const other = JSON.stringify(manifest).replaceAll(manifest.embeddingSpace, 'earlier@1');
  writeFileSync(`${folder}/manifest.json`, other);
  return `${folder}/manifest.json`;
}

/** The default model as it was before it told states: one space with it. */
function writeStatelessModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const { state: _, ...manifest } = JSON.parse(readFileSync(manifestUrl, 'utf8'));
  for (const { file } of [manifest, manifest.cohort]) {
    copyFileSync(new URL(file, manifestUrl), `${folder}/${file}`);
  }
  writeFileSync(`${folder}/manifest.json`, JSON.stringify(manifest));
  return `${folder}/manifest.json`;
}

/** Three pages, of which the third is registered as the second page of a TIFF, in a gallery of the earlier model. */
async function writeEarlierGallery(path: (name?: string) => string, ...options: string[]): Promise<string> {
  const model = writeOtherModel(path('earlier'));
  for (const seed of [1, 2]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  mkdirSync(path('forms/scans'));
  await writeTiff(path('forms/scans/both.tiff'), 2);
  const argv = ['register', path('forms'), '--gallery', path('old.docclf'), '--model', model, ...options];
  expect((await docclf(argv)).code).toBe(0);
  return model;
}

const read = (file: string) => readFileSync(file);

it('embeds from the images of a folder, found by their hash, and leaves the old gallery alone', async () => {
  const path = temporaryFolder();
  const model = await writeEarlierGallery(path);
  const before = read(path('old.docclf'));
  const refused = await docclf(['classify', path('forms'), '--gallery', path('old.docclf')]);
  expect(refused.stderr).toContain('GALLERY_SPACE_MISMATCH');

  mkdirSync(path('archive/2024'), { recursive: true });
  renameSync(path('forms/type-1/page.png'), path('archive/2024/renamed.png'));
  const sources = ['--source', path('archive'), '--source', path('forms')];
  const migrated = await docclf(['gallery', 'migrate', path('old.docclf'), path('new.db'), ...sources]);
  expect([migrated.code, migrated.stderr]).toEqual([0, '']);
  expect(migrated.lines).toEqual([
    expect.stringMatching(/^Migrated to \S+: 4 from images, 0 from thumbnails, 0 there already, 0 failed\.$/),
    'Another label is nearest to 0 of 4 references than before.',
    `${path('old.docclf')} is as it was: to undo, go on with it and its model.`,
  ]);
  expect(read(path('old.docclf')).equals(before)).toBe(true);
  const argv = ['classify', path('archive'), '--json', '--gallery'];
  const answers = [
    await docclf([...argv, path('new.db')]),
    await docclf([...argv, path('old.docclf'), '--model', model]),
  ].map(({ stdout }) => {
    const { label, score, referenceId, margin } = JSON.parse(stdout);
    return { label, score, referenceId, margin };
  });
  expect(answers[0]).toMatchObject({ label: 'type-1' });
  expect(answers[1]).toEqual(answers[0]);
});

it('embeds from thumbnails where there is no image, names what has neither, and goes on later', async () => {
  const path = temporaryFolder();
  const model = await writeEarlierGallery(path, '--thumbnails');
  await writePage(path('bare.png'), 5);
  await docclf(['register', path('bare.png'), '--gallery', path('old.docclf'), '--model', model]);
  const migrate = ['gallery', 'migrate', path('old.docclf'), path('new.docclf')];
  const first = await docclf(migrate);
  expect(first.code).toBe(1);
  expect(first.stderr).toMatch(
    /^docclf: REFERENCE_WITHOUT_IMAGE: Reference \w+ \("bare"\)[^\n]*folder[^\n]*\n$/,
  );
  expect(first.lines[0]).toMatch(/0 from images, 4 from thumbnails, 0 there already, 1 failed\.$/);
  const second = await docclf([...migrate, '--source', path('bare.png'), '--json']);
  expect([second.code, second.stderr]).toEqual([0, '']);
  expect(JSON.parse(second.stdout)).toMatchObject({
    fromImages: 1,
    fromThumbnails: 0,
    present: 4,
    failed: 0,
    compared: 5,
  });
});

it('completes a gallery of this model with the states that it lacks, and leaves its vectors as they are', async () => {
  const path = temporaryFolder();
  const model = writeStatelessModel(path('earlier'));
  for (const seed of [1, 2]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  const registering = ['--gallery', path('old.docclf'), '--model', model, '--no-second-look'];
  expect((await docclf(['register', path('forms'), ...registering])).code).toBe(0);
  await writePage(path('bare.png'), 5);
  await docclf(['register', path('bare.png'), ...registering]);
  rmSync(path('bare.png'));

  const migrate = ['gallery', 'migrate', path('old.docclf'), path('new.docclf'), '--source', path('forms')];
  const { code, lines } = await docclf([...migrate, '--no-second-look']);
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/2 from images, 0 from thumbnails, 1 as they were, 0 there already, 0 failed\.$/);
  const [old, complete] = await Promise.all(
    ['old.docclf', 'new.docclf'].map(async (name) => {
      const { references } = await decodeSnapshot(new Uint8Array(read(path(name))));
      return [...references].sort((a, b) => (a.id < b.id ? -1 : 1));
    }),
  );
  expect(complete!.map(({ vector }) => vector)).toEqual(old!.map(({ vector }) => vector));
  const names = complete!.map(({ label, attachments }) => [label, Object.keys(attachments).length]);
  expect(names.sort()).toEqual([
    ['bare', 0],
    ['type-1', 1],
    ['type-2', 1],
  ]);
});

it('gives references the local features that they lack, and is done when all have them', async () => {
  const path = temporaryFolder();
  for (const seed of [1, 2]) await writePage(path(`forms/type-${seed}/page.png`), seed);
  const register = ['register', path('forms'), '--gallery', path('old.docclf'), '--thumbnails'];
  expect((await docclf([...register, '--no-second-look'])).code).toBe(0);
  const migrate = ['gallery', 'migrate', path('old.docclf'), path('new.docclf')];
  const { code, lines } = await docclf(migrate);
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/0 from images, 2 from thumbnails, 0 there already, 0 failed\.$/);
  const { references } = await decodeSnapshot(new Uint8Array(read(path('new.docclf'))));
  for (const { attachments } of references) {
    expect(Object.keys(attachments).map((name) => name.split('@')[0])).toEqual([
      'features',
      'state',
      'thumbnail',
    ]);
  }
  const again = ['gallery', 'migrate', path('new.docclf'), path('newer.docclf')];
  expect((await docclf(again)).stderr).toContain('INVALID_ARGUMENT');
  // Registered so at once.
  const argv = ['register', path('forms'), '--gallery', path('direct.docclf')];
  expect((await docclf(argv)).code).toBe(0);
  const direct = await decodeSnapshot(new Uint8Array(read(path('direct.docclf'))));
  expect(Object.keys(direct.references[0]!.attachments)[0]).toBe(featuresAttachment);
});

it('keeps what was done at an interruption', async () => {
  const path = temporaryFolder();
  await writeEarlierGallery(path, '--thumbnails');
  const migrate = ['gallery', 'migrate', path('old.docclf'), path('new.db')];
  const { code, stderr } = await docclf(migrate, { signal: AbortSignal.abort() });
  expect([code, stderr]).toEqual([130, expect.stringContaining('ABORTED')]);
  expect((await docclf(migrate)).code).toBe(0);
});

it('refuses a gallery of this model, a missing folder and a missing model, before it writes', async () => {
  const path = temporaryFolder();
  await writeEarlierGallery(path);
  await docclf(['register', path('forms'), '--gallery', path('same.docclf')]);
  const codeOf = async (...argv: string[]) => {
    const { code, stderr } = await docclf(['gallery', 'migrate', ...argv]);
    return [code, stderr.split(':')[1]?.trim()];
  };
  expect(await codeOf(path('same.docclf'), path('new.docclf'))).toEqual([2, 'INVALID_ARGUMENT']);
  expect(await codeOf(path('old.docclf'), path('old.docclf'))).toEqual([2, 'INVALID_ARGUMENT']);
  expect(await codeOf(path('old.docclf'), path('new.docclf'), '--source', path('none'))).toEqual([
    3,
    'FILE_NOT_FOUND',
  ]);
  expect(await codeOf(path('old.docclf'), path('new.docclf'), '--model', path('none.json'))).toEqual([
    3,
    'MODEL_NOT_FOUND',
  ]);
  expect(() => rmSync(path('new.docclf'))).toThrow('ENOENT');
});

it('tells which labels get another neighbour', async () => {
  const space = { id: 'tiny@1', dimension: 2 };
  const galleryOf = async (angles: Record<string, number>) => {
    const gallery = await createMemoryGallery(space);
    await gallery.add(
      Object.entries(angles).map(([id, angle]) => ({
        id,
        label: id,
        vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
      })),
    );
    return gallery;
  };
  // On a line: a next to b before, next to c after. What only one of the galleries has is not compared.
  const before = await galleryOf({ a: 0, b: 0.1, c: 0.5, gone: 2 });
  const after = await galleryOf({ a: 0.6, b: 0.1, c: 0.5, added: 3 });
  expect(await changedNeighbours(before, after)).toEqual({
    compared: 3,
    changed: [
      { id: 'a', label: 'a', before: 'b', after: 'c' },
      { id: 'b', label: 'b', before: 'a', after: 'c' },
      { id: 'c', label: 'c', before: 'b', after: 'a' },
    ],
  });
});

it('cuts references that were registered as whole photos, from their images and from their thumbnails', async () => {
  const path = temporaryFolder();
  mkdirSync(path('photos'));
  const photo = async (seed: number, file: string) => {
    const sheet = await drawPage(seed).resize(600, 840, { fit: 'fill' }).png().toBuffer();
    await sharp({ create: { width: 1200, height: 1500, channels: 3, background: { r: 105, g: 75, b: 50 } } })
      .composite([{ input: sheet, left: 280, top: 310 }])
      .jpeg()
      .toFile(path(file));
  };
  await photo(1, 'photos/one.jpg');
  await photo(2, 'photos/two.jpg');
  await writePage(path('photos/flat.png'), 3);
  const register = (gallery: string, ...options: string[]) =>
    docclf(['register', path('photos'), '--gallery', path(gallery), '--thumbnails', ...options]);
  await register('old.docclf', '--no-locate');
  await register('expected.docclf');
  rmSync(path('photos/two.jpg'));
  const argv = ['gallery', 'migrate', path('old.docclf'), path('new.docclf'), '--source', path('photos')];
  expect((await docclf(argv)).code).toBe(2);
  const { code, lines } = await docclf([...argv, '--relocate']);
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/1 from images, 1 from thumbnails, 1 as they were, 0 there already, 0 failed\.$/);
  const vectors = async (file: string) => {
    const { references } = await decodeSnapshot(read(path(file)));
    return new Map(references.map((reference) => [reference.label, reference]));
  };
  const [before, after, expected] = await Promise.all(
    ['old.docclf', 'new.docclf', 'expected.docclf'].map(vectors),
  );
  const likeness = (label: string, other: typeof before) =>
    cosine(after!.get(label)!.vector, other!.get(label)!.vector);
  expect(likeness('one', expected)).toBeCloseTo(1, 5);
  expect(likeness('two', expected)).toBeGreaterThan(0.9);
  expect(likeness('two', before)).toBeLessThan(0.8);
  expect(after!.get('flat')!.vector).toEqual(before!.get('flat')!.vector);
  expect(after!.get('one')!.attachments['thumbnail']).toEqual(expected!.get('one')!.attachments['thumbnail']);
  const again = await docclf(['gallery', 'migrate', path('new.docclf'), path('third.docclf'), '--relocate']);
  expect(again.lines[0]).toMatch(/0 from images, 0 from thumbnails, 3 as they were/);
});
