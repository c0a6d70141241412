/** Which pages come as the JPEG that they are. */
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createPdfReader } from '../src/index.ts';
import { makePdf, scannedPdf } from './make-pdf.ts';

const reader = await createPdfReader();
afterAll(() => reader.close());

const half = { create: { width: 40, height: 30, channels: 3 as const, background: '#d02020' } };
const picture = sharp({ create: { width: 40, height: 60, channels: 3, background: 'white' } }).composite([
  { input: half, top: 0, left: 0 },
]);
const jpeg = new Uint8Array(await picture.clone().jpeg().toBuffer());
const whole = 'q 200 0 0 300 0 0 cm /Im Do Q';
const turned = new Uint8Array(await picture.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer());

async function first(bytes: Uint8Array) {
  for await (const page of reader.scans(bytes, { side: 60 })) return page;
  throw new Error('no page');
}

describe('scans', () => {
  it.each([
    ['of a scanner', scannedPdf(jpeg)],
    ['with recognised text over it', scannedPdf(jpeg, { content: `${whole} BT 3 Tr /F 9 Tf (read) Tj ET` })],
    ['whose scanner is a hair off', scannedPdf(jpeg, { content: 'q 199 0 0 301 1 -1 cm /Im Do Q' })],
  ])('gives the JPEG of a page %s, byte for byte', async (_, bytes) => {
    expect(await first(bytes)).toEqual({ number: 1, pages: 1, jpeg });
  });

  it.each([
    ['is turned', scannedPdf(jpeg, { page: '/Rotate 90' })],
    ['is cropped', scannedPdf(jpeg, { page: '/CropBox [0 0 100 150]' })],
    ['has a visible word on it', scannedPdf(jpeg, { content: `${whole} BT /F 9 Tf (paid) Tj ET` })],
    ['has a line on it', scannedPdf(jpeg, { content: `${whole} 0 0 m 9 9 l S` })],
    ['shows the picture twice', scannedPdf(jpeg, { content: `${whole} ${whole}` })],
    ['shows a part of it', scannedPdf(jpeg, { content: 'q 10 10 50 50 re W n 200 0 0 300 0 0 cm /Im Do Q' })],
    ['has a picture on white', scannedPdf(jpeg, { content: 'q 100 0 0 150 50 75 cm /Im Do Q' })],
    ['shows it upside down', scannedPdf(jpeg, { content: 'q -200 0 0 -300 200 300 cm /Im Do Q' })],
    ['stretches it', scannedPdf(jpeg, { size: [300, 200] })],
    ['has a picture of CMYK', scannedPdf(jpeg, { image: '/Width 40 /Height 60 /ColorSpace /DeviceCMYK' })],
    [
      'has a stamp as an annotation',
      scannedPdf(jpeg, { page: '/Annots [<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>]' }),
    ],
    ['has a JPEG with an orientation', scannedPdf(turned)],
    ['has a JPEG that is cut', scannedPdf(jpeg.subarray(0, -200))],
    ['is no scan', makePdf([{ content: '1 0 0 rg 0 0 50 50 re f' }])],
  ])('draws a page that %s', async (_, bytes) => {
    expect(await first(bytes)).toHaveProperty('image');
  });

  it('is what is drawn', async () => {
    const drawn = await (async () => {
      for await (const page of reader.pages(scannedPdf(jpeg), { side: 60 })) return page;
      throw new Error('no page');
    })();
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    expect('image' in drawn && [drawn.image.width, drawn.image.height]).toEqual([40, 60]);
    const off = 'image' in drawn ? drawn.image.data.map((value, i) => Math.abs(value - data[i]!)) : [];
    expect(Math.max(...off)).toBeLessThan(8);
  });
});
