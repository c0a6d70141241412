/**
 * Pictures as a phone stores them: a document on a desk, uneven light, sensor noise, JPEG.
 *
 * The noise matters: it decides how many bytes a decoder has to read. Without it a drawn page would
 * decode twice as fast as a photograph; pure noise would decode several times slower.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { gaussianFrom, randomFrom } from './random.js';

const references = fileURLToPath(new URL('../../fixtures/documents/references/', import.meta.url));

/** Standard deviation in grey levels. It also stands for the texture that a drawing lacks: 12 megapixels take 2.5 MB. */
const noiseSigma = 6;
const desk = { r: 112, g: 88, b: 66 };

/** As phones write them. */
export const twelveMegapixels = { width: 4000, height: 3000 };
/** As messengers pass them on. */
export const oneMegapixel = { width: 1280, height: 800 };

/**
 * Draws `count` photographs of different documents into a temporary folder, which goes with the process.
 *
 * @param {number} count
 * @param {{ width: number, height: number }} size
 * @returns {Promise<string[]>} their paths
 */
export async function makePhotographs(count, size) {
  const folder = await mkdtemp(join(tmpdir(), 'docclf-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const documents = (await readdir(references)).filter((name) => name.endsWith('.jpg')).sort();
  const files = [];
  for (let i = 0; i < count; i++) {
    const file = join(folder, `${i}.jpg`);
    await writeFile(file, await photograph(join(references, documents[i % documents.length]), size, i + 1));
    files.push(file);
  }
  return files;
}

/**
 * @param {string} document
 * @param {{ width: number, height: number }} size
 * @param {number} seed
 */
async function photograph(document, { width, height }, seed) {
  // Its long side along the picture's, with some desk around it.
  const lying = await sharp(document).metadata();
  const turned = lying.width > lying.height === width > height ? 0 : 90;
  const margin = Math.round(Math.min(width, height) * 0.04);
  const { data } = await sharp(document)
    .rotate(turned)
    .resize(width - 2 * margin, height - 2 * margin, { fit: 'contain', background: desk })
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background: desk })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  addLightAndNoise(data, width, height, seed);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/**
 * @param {Uint8Array} data changed in place
 * @param {number} width
 * @param {number} height
 * @param {number} seed
 */
function addLightAndNoise(data, width, height, seed) {
  const random = randomFrom(seed);
  const gaussian = gaussianFrom(random);
  // A prime number of draws, entered at another place in each row: no pattern repeats within sight.
  const noise = Float32Array.from({ length: 65_537 }, () => noiseSigma * gaussian());
  const fall = 0.25 * random();
  for (let y = 0, i = 0; y < height; y++) {
    let next = Math.floor(random() * noise.length);
    const rowLight = 1 - (fall * y) / height;
    for (let x = 0; x < width; x++) {
      const light = rowLight - (fall * x) / width / 2;
      for (let channel = 0; channel < 3; channel++, i++) {
        if (++next === noise.length) next = 0;
        data[i] = Math.min(Math.max(data[i] * light + noise[next], 0), 255);
      }
    }
  }
}
