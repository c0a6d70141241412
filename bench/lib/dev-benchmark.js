/** The development benchmark: real images that are not part of the repository, and the scores of all pairs. */
import { existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeEmbedder, listImageFiles } from '@docclf/node';

/**
 * @typedef {object} Sample
 * @property {number} index row in the scores
 * @property {string} stratum `aligned`, `filled`, `photos` or `unknown`
 * @property {string} type `<source>/<type>`; of an unknown image its own path
 * @property {boolean} catalogue whether it is the clean catalogue image of its type
 */

/**
 * Embeds every image of `<folder>/bench/<stratum>/<source>/<type>/`; prints why and returns undefined
 * where there is none.
 */
export async function readDevBenchmark() {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = join(process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data'), 'bench');
  if (!existsSync(folder)) {
    console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
    return undefined;
  }
  const embedder = await createNodeEmbedder();
  const files = await listImageFiles(folder);
  const vectors = [];
  for (let i = 0; i < files.length; i += 16) {
    for (const { vector } of await embedder.embed(files.slice(i, i + 16))) vectors.push(vector);
  }
  const { manifest } = embedder;
  await embedder.close();
  const samples = files.map((file, index) => {
    const [stratum = '', ...rest] = relative(folder, file).split(sep);
    const type = (stratum === 'unknown' ? rest : rest.slice(0, 2)).join('/');
    return { index, stratum, type, catalogue: /^(reference|00_)/.test(basename(file)) };
  });
  return { samples, vectors, manifest, scores: scoresOf(vectors) };
}

/** @param {readonly Float32Array[]} vectors */
function scoresOf(vectors) {
  const rows = vectors.map(() => new Float32Array(vectors.length));
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j++) {
      let cosine = 0;
      for (let k = 0; k < vectors[i].length; k++) cosine += vectors[i][k] * vectors[j][k];
      rows[i][j] = rows[j][i] = (cosine + 1) / 2;
    }
  }
  return rows;
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
