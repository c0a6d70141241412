/**
 * A picture of which a part is missing is an error, in every format and however the part went missing: a decoder that draws
 * the rest and fills up what it lacks must not pass it for a whole one.
 */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Classifier, createDocClassifier, DocclfError, type ImageSource } from '../src/index.ts';
import { drawPage } from './pictures.ts';

let classifier: Classifier<ImageSource>;
beforeAll(async () => {
  classifier = await createDocClassifier();
});
afterAll(() => classifier.close());

/** A page with grain, so that no part of its code is much shorter than another. */
async function grainy() {
  const { data, info } = await drawPage(3, 600, 800).raw().toBuffer({ resolveWithObject: true });
  let state = 7;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = Math.max(0, Math.min(255, data[i]! - (state >>> 28)));
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
}

const formats: Record<string, () => Promise<Buffer>> = {
  'baseline JPEG': async () => (await grainy()).jpeg().toBuffer(),
  'progressive JPEG': async () => (await grainy()).jpeg({ progressive: true }).toBuffer(),
  PNG: async () => (await grainy()).png().toBuffer(),
  'interlaced PNG': async () => (await grainy()).png({ progressive: true }).toBuffer(),
  WebP: async () => (await grainy()).webp().toBuffer(),
  'lossless WebP': async () => (await grainy()).webp({ lossless: true }).toBuffer(),
  'WebP with alpha': async () => (await grainy()).ensureAlpha(0.5).webp().toBuffer(),
  GIF: async () => (await grainy()).gif().toBuffer(),
  AVIF: async () => (await grainy()).avif({ effort: 1 }).toBuffer(),
  'plain TIFF': async () => (await grainy()).tiff({ compression: 'none' }).toBuffer(),
  'LZW TIFF': async () => (await grainy()).tiff({ compression: 'lzw' }).toBuffer(),
  'deflate TIFF': async () => (await grainy()).tiff({ compression: 'deflate' }).toBuffer(),
  'JPEG TIFF': async () => (await grainy()).tiff({ compression: 'jpeg' }).toBuffer(),
  'tiled TIFF': async () => (await grainy()).tiff({ compression: 'lzw', tile: true }).toBuffer(),
  'fax TIFF': async () =>
    (await grainy())
      .threshold(235)
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toBuffer(),
};
const ends: Record<string, Buffer> = {
  JPEG: Buffer.from('ffd9', 'hex'),
  PNG: Buffer.from('0000000049454e44ae426082', 'hex'),
  GIF: Buffer.from('003b', 'hex'),
};

/** Where a GIF's blocks of 255 bytes end next, so that a cut there leaves their chain whole. */
function endOfBlock(whole: Buffer, from: number): number {
  const frame = whole.lastIndexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
  let at = frame + 11;
  if (whole[frame + 9]! & 0x80) at += 3 * 2 ** ((whole[frame + 9]! & 7) + 1);
  while (at < from) at += whole[at]! + 1;
  return at;
}

const ways: Record<string, (whole: Buffer, name: string, share: number) => Buffer> = {
  cut: (whole, _, share) => whole.subarray(0, Math.floor(whole.length * share)),
  'zero tail': (whole, _, share) => Buffer.from(whole).fill(0, Math.floor(whole.length * share)),
  'FF tail': (whole, _, share) => Buffer.from(whole).fill(0xff, Math.floor(whole.length * share)),
  'end mark': (whole, name, share) => {
    const at = Math.floor(whole.length * share);
    const cut = Buffer.from(whole.subarray(0, name === 'GIF' ? endOfBlock(whole, at) : at));
    if (name.includes('WebP')) cut.writeUInt32LE(cut.length - 8, 4);
    const end = Object.entries(ends).find(([format]) => name.includes(format) && !name.includes('TIFF'));
    return end ? Buffer.concat([cut, end[1]]) : cut;
  },
  'end mark with zeros': (whole, name, share) => {
    const cut = Buffer.from(whole).fill(0, Math.floor(whole.length * share));
    const end = Object.entries(ends).find(([format]) => name.includes(format) && !name.includes('TIFF'));
    if (end) end[1].copy(cut, cut.length - end[1].length);
    return cut;
  },
};

describe.each(Object.keys(formats))('%s', (name) => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = await formats[name]!();
  });
  it('whole is taken', async () => {
    expect(await codeOf(whole)).toBe('taken');
  });
  it.each(Object.keys(ways))('%s', async (way) => {
    for (const share of [0.02, 0.1, 0.3, 0.5, 0.8, 0.9, 0.97]) {
      const code = await codeOf(ways[way]!(whole, name, share));
      expect(code, `the first ${share}`).toMatch(/^IMAGE_(TRUNCATED|CORRUPT)$/);
    }
  });
});

async function codeOf(image: Buffer): Promise<string> {
  try {
    await classifier.classify(image);
    return 'taken';
  } catch (error) {
    return DocclfError.is(error) ? error.code : String(error);
  }
}

it('blank paper, which codes as zeros, is whole', async () => {
  for (const [width, height] of [
    [300, 400],
    [1240, 1754],
    [3000, 4000],
  ] as const) {
    const blank = sharp({ create: { width, height, channels: 3, background: '#fff' } });
    for (const bytes of [await blank.clone().webp().toBuffer(), await blank.webp({ quality: 30 }).toBuffer()])
      expect(await codeOf(bytes), `${width}x${height}`).toBe('taken');
  }
});
