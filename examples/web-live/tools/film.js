/** A film for Chromium's fake camera: documents held to it one after another. */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const width = 1280;
const height = 720;

/**
 * Motion JPEG, played in a circle at 30 frames a second: each document stands in the middle before a desk, and each
 * photograph fills the picture.
 *
 * @param {string} file ends in `.mjpeg`
 * @param {readonly { picture: string, frames: number, kind?: 'page' | 'card' | 'photograph' }[]} scenes
 */
export async function makeFilm(file, scenes) {
  const film = [];
  for (const { picture, frames, kind = 'page' } of scenes) {
    const shown = kind === 'photograph' ? sharp(picture).resize(width, height) : await onDesk(picture, kind);
    const frame = await shown
      // Chromium's decoder of fake cameras reads 4:2:0.
      .jpeg({ quality: 90, chromaSubsampling: '4:2:0' })
      .toBuffer();
    for (let i = 0; i < frames; i++) film.push(frame);
  }
  await writeFile(file, Buffer.concat(film));
}

/**
 * @param {string} picture
 * @param {'page' | 'card'} kind
 */
async function onDesk(picture, kind) {
  const tall = Math.round(height * (kind === 'page' ? 0.86 : 0.6));
  const aspect = kind === 'page' ? 1 / Math.SQRT2 : 85.6 / 53.98;
  const document = await sharp(picture)
    .resize(Math.round(tall * aspect), tall, { fit: 'fill' })
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#8f8274' } }).composite([
    { input: document, gravity: 'centre' },
  ]);
}
