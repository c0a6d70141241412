/** Pictures altered as scanners, phones and people alter them, and drawn ones: by sharp, the same in every run. */
import { warpPerspective } from '@docclf/preprocess';
import sharp from 'sharp';
import { randomFrom } from './random.js';

/** @typedef {{ data: Uint8Array, width: number, height: number, channels: 3 }} Picture */

/** Of what is read here no side is longer: four times the network's input. */
const longestSide = 640;

/**
 * @param {string | Uint8Array} source
 * @returns {Promise<Picture>}
 */
export async function readPicture(source) {
  const { data, info } = await sharp(source)
    .rotate()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  // A Buffer's slice would be no copy.
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
}

/** @param {Picture} picture */
export const sharpOf = ({ data, width, height, channels }) =>
  sharp(data, { raw: { width, height, channels } });

/**
 * A photograph of a page that was cut out not quite at its corners: each up to 2 % of the sides off, light
 * that falls by up to 30 % and a tint of up to 8 % a channel, a blur of 0.3 to 1.2 pixels, JPEG of quality 60.
 *
 * @param {Picture} picture
 * @param {number} seed
 * @returns {Promise<Uint8Array>} JPEG
 */
export async function captured(picture, seed) {
  const random = randomFrom(seed);
  const { width, height } = picture;
  const off = (size) => (random() - 0.5) * 0.04 * size;
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ].map(([x, y]) => ({ x: x + off(width), y: y + off(height) }));
  const { data } = warpPerspective(picture, corners, width, height);
  const fall = 0.3 * random();
  const tint = [0, 1, 2].map(() => 1 - 0.08 * random());
  changePixels({ data, width, height, channels: 3 }, (value, x, _, channel) => {
    return value * tint[channel] * (1 - (fall * x) / width);
  });
  return sharpOf({ data, width, height, channels: 3 })
    .blur(0.3 + 0.9 * random())
    .jpeg({ quality: 60 })
    .toBuffer();
}

/**
 * @param {Picture} picture changed in place
 * @param {(value: number, x: number, y: number, channel: number) => number} change
 */
export function changePixels({ data, width, height, channels }, change) {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++, i++)
        data[i] = Math.min(255, Math.max(0, Math.round(change(data[i], x, y, channel))));
    }
  }
}

const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ');

/**
 * A letter of one company: the same letterhead, fold marks, footer and layout, another recipient, subject and text of
 * another length.
 *
 * @param {number} seed
 * @param {number} [recipient] of the address and the day alone. Default: they follow from the letter
 */
export async function drawLetter(seed, recipient) {
  let random = randomFrom(1000 + seed);
  const word = () =>
    Array.from(
      { length: 1 + Math.floor(3 * random()) },
      () => syllables[Math.floor(random() * syllables.length)],
    ).join('');
  const line = (words) => Array.from({ length: words }, word).join(' ');
  const text = (x, y, size, content, more = '') =>
    `<text x="${x}" y="${y}" font-size="${size}" font-family="DejaVu Sans, sans-serif" ${more}>${content}</text>`;
  const paragraphs = [];
  const lines = 8 + Math.floor(14 * random());
  for (let i = 0, y = 330; i < lines; i++, y += random() < 0.2 ? 34 : 18)
    paragraphs.push(text(70, Math.min(y, 760), 12, line(5 + Math.floor(5 * random()))));
  if (recipient !== undefined) random = randomFrom(5000 + recipient);
  const address = [0, 1, 2].map((i) => text(70, 170 + 16 * i, 12, line(2)));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842">
    <rect width="595" height="842" fill="white"/>
    <rect x="70" y="40" width="46" height="46" fill="#1c4f8c"/><circle cx="93" cy="63" r="14" fill="white"/>
    ${text(128, 72, 26, 'Nordlicht Versicherung', 'font-weight="bold" fill="#1c4f8c"')}
    <line x1="70" y1="100" x2="525" y2="100" stroke="#1c4f8c" stroke-width="2"/>
    ${text(70, 150, 8, 'Nordlicht Versicherung, Hafenweg 1, 20457 Hamburg')}
    ${address.join('')}${text(420, 240, 12, `${1 + Math.floor(28 * random())}.11.2026`)}
    ${text(70, 290, 14, line(4), 'font-weight="bold"')}${paragraphs.join('')}
    <line x1="70" y1="785" x2="525" y2="785" stroke="#888"/>
    ${text(70, 802, 8, 'Vorstand: A. Beispiel, B. Muster. Amtsgericht Hamburg HRB 12345. www.nordlicht.example')}
  </svg>`;
  return readPicture(Buffer.from(svg));
}

/**
 * A picture on white A4, its long side so much of the page's width, somewhere about the upper middle.
 *
 * @param {Picture} picture
 * @param {number} share
 * @param {number} seed of the place
 */
export async function onWhitePage(picture, share, seed) {
  const random = randomFrom(seed);
  const [width, height] = [453, 640];
  const side = Math.round(width * share);
  const small = await sharpOf(picture).resize(side, side, { fit: 'inside' }).png().toBuffer();
  const { width: w, height: h } = await sharp(small).metadata();
  const left = Math.round((width - w) * (0.45 + 0.1 * random()));
  const top = Math.round((height - h) * (0.35 + 0.1 * random()));
  return readPicture(
    await sharp({ create: { width, height, channels: 3, background: 'white' } })
      .composite([{ input: small, left, top }])
      .png()
      .toBuffer(),
  );
}

/**
 * A state of a page: clean, stained (three brown spots) or glaring (one white spot).
 *
 * @param {Picture} picture
 * @param {'clean' | 'stained' | 'glare'} state
 */
export async function inState(picture, state) {
  const { width: w, height: h } = picture;
  const spot = (x, y, r, fill) =>
    `<ellipse cx="${x * w}" cy="${y * h}" rx="${r * w}" ry="${0.8 * r * h}" fill="${fill}" filter="url(#soft)"/>`;
  const spots = {
    clean: '',
    stained: [
      spot(0.3, 0.3, 0.2, '#a06a2cb0'),
      spot(0.7, 0.5, 0.15, '#a06a2cb0'),
      spot(0.4, 0.8, 0.18, '#8a5a20b0'),
    ],
    glare: spot(0.6, 0.35, 0.3, '#ffffffe8'),
  }[state];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">
    <filter id="soft"><feGaussianBlur stdDeviation="${0.02 * w}"/></filter>${[spots].flat().join('')}</svg>`;
  return readPicture(
    await sharpOf(picture)
      .composite([{ input: Buffer.from(svg) }])
      .png()
      .toBuffer(),
  );
}
