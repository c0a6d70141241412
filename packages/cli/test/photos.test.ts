/** What phones and old scanners write beside JPEG: HEIC and BMP. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder } from './support.ts';

const heic = (name: string) => new URL(`../../heic/test/fixtures/${name}.heic`, import.meta.url);

/** A bitmap of 32 bits from the top down: the pixels as they are, behind a header. */
async function writeBitmap(file: string, seed: number): Promise<void> {
  const { data, info } = await drawPage(seed).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const header = Buffer.alloc(54);
  header.write('BM');
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, info.width],
    [22, -info.height],
  ] as const)
    header.writeInt32LE(value, at);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(32, 28);
  for (let at = 0; at < data.length; at += 4) [data[at], data[at + 2]] = [data[at + 2]!, data[at]!];
  writeFileSync(file, Buffer.concat([header, data]));
}

it('registers, classifies and crops HEIC and BMP, and names what is damaged', async () => {
  const at = temporaryFolder();
  mkdirSync(at('types/photo'), { recursive: true });
  mkdirSync(at('types/scan'));
  mkdirSync(at('inbox'));
  copyFileSync(heic('corner'), at('types/photo/IMG_1.HEIC'));
  await writeBitmap(at('types/scan/1.bmp'), 5);
  const registered = await docclf(['register', at('types'), '--gallery', at('g.docclf'), '--thumbnails']);
  expect([registered.code, registered.stderr]).toEqual([0, '2 registered, 0 there already, 0 failed.\n']);

  copyFileSync(heic('corner'), at('inbox/a.heif'));
  // An upload without an ending.
  copyFileSync(at('types/scan/1.bmp'), at('inbox/b'));
  writeFileSync(at('inbox/c.heic'), readFileSync(heic('corner')).subarray(0, 700));
  const classified = await docclf(['classify', at('inbox'), '--gallery', at('g.docclf')]);
  expect(classified.lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['accepted', 'photo'],
    ['accepted', 'scan'],
  ]);
  expect(classified.code).toBe(1);
  expect(classified.stderr).toContain('IMAGE_CORRUPT');
  expect(classified.stderr).toContain('c.heic');

  const verified = await docclf([
    'verify',
    at('inbox/a.heif'),
    '--label',
    'photo',
    '--gallery',
    at('g.docclf'),
  ]);
  expect(verified.code).toBe(0);
  // A white page with a red corner: nothing may be found in it, but it was looked at.
  const cropped = await docclf(['crop', at('inbox/a.heif'), '--output', at('cut')]);
  expect(cropped.stderr).not.toContain('IMAGE_');
  const explained = await docclf([
    'explain',
    at('inbox/a.heif'),
    '--gallery',
    at('g.docclf'),
    '--output',
    at('e.html'),
  ]);
  expect(explained.code).toBe(0);
  expect(readFileSync(at('e.html'), 'utf8')).toContain('data:image/jpeg');
});
