/** Further types: pictures that the model was trained on, one a group, that are neither its strangers nor in the benchmark. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cosine } from '@docclf/node';
import { dataFolder, shuffled } from './dev-benchmark.js';
import { randomFrom } from './random.js';
import { embedAll } from './recorded.js';
import { readTar } from './tar.js';

/** From this cosine on, two pictures are held to be one. */
const samePicture = 0.95;

/** Photographs of landscapes and animals are no documents. */
const noDocuments = new Set(['bsds500', 'imagenet_samples', 'debian_wallpapers']);

/**
 * @param {import('@docclf/node').Embedder<any>} embedder
 * @param {number} count so many are drawn before any is left out
 * @param {{ cohort: readonly Float32Array[], benchmark: readonly Float32Array[] }} leftOut vectors of what must not be among them
 * @param {Parameters<typeof embedAll>[2]} [options]
 * @returns {Promise<{ pictures: ({ name: string } & import('./recorded.js').Recorded)[], counts: { cohort: number, benchmark: number } }>}
 *   in random order, the same in every run
 */
export async function readTrainingPictures(embedder, count, leftOut, options = {}) {
  const folder = join(dataFolder, 'train');
  const rows = (await readFile(join(folder, 'index.tsv'), 'utf8')).trim().split('\n').slice(1);
  /** @type {Map<string, string>} */
  const firstOfGroup = new Map();
  for (const row of rows) {
    const [name, group] = row.split('\t');
    if (!firstOfGroup.has(group)) firstOfGroup.set(group, name);
  }
  const names = [...firstOfGroup.values()].filter((name) => !noDocuments.has(name.split('/')[0])).sort();
  const drawn = shuffled(names, randomFrom(11)).slice(0, count);
  const bytes = new Map();
  for (const source of new Set(drawn.map((name) => name.split('/')[0]))) {
    for (const file of await readTar(join(folder, `${source}.tar`)))
      bytes.set(`${source}/${file.name}`, file.bytes);
  }
  const known = drawn.filter((name) => bytes.has(name));
  if (known.length === 0) throw new Error(`None of the pictures of ${folder}/index.tsv is in its archives.`);
  const vectors = await embedAll(
    embedder,
    known.map((name) => bytes.get(name)),
    options,
  );
  const counts = { cohort: 0, benchmark: 0 };
  const pictures = vectors
    .map((recorded, i) => ({ name: known[i], ...recorded }))
    .filter(({ vector }) => {
      for (const reason of /** @type {const} */ (['cohort', 'benchmark'])) {
        if (!leftOut[reason].some((other) => cosine(vector, other) > samePicture)) continue;
        counts[reason]++;
        return false;
      }
      return true;
    });
  return { pictures, counts };
}
