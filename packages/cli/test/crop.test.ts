import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

/** A page in the middle of a table, upright: 40 % of the width and height on each side are not its own. */
async function writePhoto(file: string, page: string): Promise<void> {
  const sheet = await sharp(page).resize(600, 840, { fit: 'fill' }).toBuffer();
  await sharp({ create: { width: 1000, height: 1400, channels: 3, background: { r: 105, g: 75, b: 50 } } })
    .composite([{ input: sheet, left: 200, top: 280 }])
    .jpeg()
    .toFile(file);
}

it('writes the document of each photo, straightened, and names what has none', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  mkdirSync(path('photos/deep'), { recursive: true });
  await writePhoto(path('photos/deep/a.jpg'), path('page.png'));
  copyFileSync(path('photos/deep/a.jpg'), path('photos/a.jpg'));
  const grey = { width: 500, height: 400, channels: 3, background: '#999' } as const;
  await sharp({ create: grey }).png().toFile(path('photos/wall.png'));
  const { code, lines } = await docclf(['crop', path('photos'), '--output', path('out'), '--json']);
  expect(code).toBe(0);
  const printed = lines.map((line) => JSON.parse(line));
  expect(printed.map(({ output }) => output)).toEqual([path('out/a.jpg'), path('out/deep/a.jpg'), null]);
  expect(printed[2]!.advice).toEqual(['nothing-found']);
  const { width, height } = await sharp(path('out/deep/a.jpg')).metadata();
  const sides = [width, height].sort((a, b) => a - b);
  expect(Math.abs(sides[0]! - 600)).toBeLessThan(40);
  expect(Math.abs(sides[1]! - 840)).toBeLessThan(40);
  expect(printed[0]!.image).toEqual({ width: 1000, height: 1400 });
});

it('never writes over a photo, nor one result over another', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  mkdirSync(path('photos'));
  await writePhoto(path('photos/a.jpg'), path('page.png'));
  copyFileSync(path('photos/a.jpg'), path('photos/a.jpeg'));
  const before = readFileSync(path('photos/a.jpg'));
  const same = await docclf(['crop', path('photos/a.jpg'), '--output', path('photos')]);
  expect(same.code).toBe(1);
  expect(same.stderr).toContain('INVALID_ARGUMENT');
  expect(readFileSync(path('photos/a.jpg')).equals(before)).toBe(true);
  const both = await docclf(['crop', path('photos'), '--output', path('out')]);
  expect(both.code).toBe(0);
  expect([existsSync(path('out/a.jpg')), existsSync(path('out/a-2.jpg'))]).toEqual([true, true]);
});

it('goes on after a bad file, and says when nothing can be written', async () => {
  const path = temporaryFolder();
  await writePage(path('page.png'), 1);
  await writePhoto(path('b.jpg'), path('page.png'));
  writeFileSync(path('a.jpg'), 'this is text');
  const { code, lines, stderr } = await docclf([
    'crop',
    path('a.jpg'),
    path('b.jpg'),
    '--output',
    path('out'),
  ]);
  expect(code).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^cropped {2}\d+x\d+ .*out.b\.jpg/);
  expect(stderr).toContain('IMAGE_FORMAT_UNSUPPORTED');
  const blocked = await docclf(['crop', path('b.jpg'), '--output', path('a.jpg')]);
  expect(blocked.stderr).toContain('FILE_UNWRITABLE');
});
