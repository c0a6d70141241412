/** A film for Chromium's fake camera: documents held to it one after another. */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const width = 1280;
const height = 720;

/**
 * Motion JPEG, played in a circle at 30 frames a second: each picture stands in the middle before a desk, as tall as
 * the page's guide.
 *
 * @param {string} file ends in `.mjpeg`
 * @param {readonly { picture: string, frames: number, shape?: 'page' | 'card' }[]} scenes
 */
export async function makeFilm(file, scenes) {
  const film = [];
  for (const { picture, frames, shape = 'page' } of scenes) {
    const tall = Math.round(height * 0.92);
    const aspect = shape === 'page' ? 1 / Math.SQRT2 : 85.6 / 53.98;
    const document = await sharp(picture)
      .resize(Math.round(tall * aspect), tall, { fit: 'fill' })
      .toBuffer();
    const frame = await sharp({ create: { width, height, channels: 3, background: '#8f8274' } })
      .composite([{ input: document, gravity: 'centre' }])
      // Chromium's decoder of fake cameras reads 4:2:0.
      .jpeg({ quality: 90, chromaSubsampling: '4:2:0' })
      .toBuffer();
    for (let i = 0; i < frames; i++) film.push(frame);
  }
  await writeFile(file, Buffer.concat(film));
}
