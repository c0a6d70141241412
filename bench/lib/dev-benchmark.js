/** The development benchmark: real images that are not part of the repository. */
import { existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeEmbedder, listImageFiles } from '@docclf/node';
import { embedAll } from './recorded.js';

/** The folder with the images that are not in the repository. */
export const dataFolder =
  process.env.DOCCLF_DATA ?? join(fileURLToPath(new URL('../../', import.meta.url)), '..', 'shared', 'data');

/**
 * @typedef {object} Sample
 * @property {string} file
 * @property {number} index place among all images
 * @property {string} stratum `aligned`, `filled`, `photos` or `unknown`
 * @property {string} type `<source>/<type>`; of an unknown image its own path
 * @property {boolean} catalogue whether it is the clean catalogue image of its type
 */

/**
 * Embeds every image of `<folder>/bench/<stratum>/<source>/<type>/`; prints why and returns undefined
 * where there is none.
 */
export async function readDevBenchmark() {
  const files = await devFiles();
  if (files === undefined) return undefined;
  const embedder = await createNodeEmbedder();
  const samples = files.map(sampleOf);
  const vectors = (await embedAll(embedder, files)).map(({ vector }) => vector);
  const { manifest, cohort } = embedder;
  await embedder.close();
  return { samples, vectors, model: { manifest, cohort } };
}

/** All images of the benchmark; prints why and returns undefined where there is none. */
export async function devFiles() {
  const folder = join(dataFolder, 'bench');
  if (existsSync(folder)) return listImageFiles(folder);
  console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
  return undefined;
}

/**
 * What the place of an image says.
 *
 * @returns {Sample}
 */
export function sampleOf(file, index) {
  const [stratum = '', ...rest] = relative(join(dataFolder, 'bench'), file).split(sep);
  const type = (stratum === 'unknown' ? rest : rest.slice(0, 2)).join('/');
  return { file, index, stratum, type, catalogue: /^(reference|00_)/.test(basename(file)) };
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {() => number} random
 */
export function shuffled(items, random) {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
