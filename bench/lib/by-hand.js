/**
 * The named alternative: what one writes first, with the same libraries and the same model.
 *
 * Decode the whole picture, resize it in a second step, normalise in a loop, run the network, compare
 * with every reference in an array of arrays, sort.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

/**
 * @typedef {object} ModelCard
 * @property {string} file
 * @property {{ name: string, width: number, height: number }} input
 * @property {{ mean: number[], std: number[] }} preprocessing
 * @property {{ name: string }} output
 */

/** The model that `@docclf/node` uses by default. */
export const manifestFile = new URL('../../packages/model/manifest.json', import.meta.url);

/** @returns {Promise<ModelCard>} */
export const readModelCard = async () => JSON.parse(await readFile(manifestFile, 'utf8'));

/** @param {ModelCard} card */
export const openSession = (card) =>
  InferenceSession.create(fileURLToPath(new URL(card.file, manifestFile)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });

/**
 * @param {readonly Float32Array[]} vectors of the references
 */
export async function classifierByHand(vectors) {
  const card = await readModelCard();
  const session = await openSession(card);
  const references = vectors.map((vector, i) => ({
    label: `type-${Math.floor(i / 10)}`,
    vector: [...vector],
  }));
  const { width, height } = card.input;
  const { mean, std } = card.preprocessing;

  /** @param {string} file */
  async function classify(file) {
    const start = performance.now();
    const decoded = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const decodedAt = performance.now();
    const pixels = await sharp(decoded.data, { raw: decoded.info })
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer();
    const resizedAt = performance.now();
    const plane = width * height;
    const input = new Float32Array(3 * plane);
    for (let i = 0; i < plane; i++) {
      for (let channel = 0; channel < 3; channel++) {
        input[channel * plane + i] = (pixels[3 * i + channel] / 255 - mean[channel]) / std[channel];
      }
    }
    const normalisedAt = performance.now();
    const answer = await session.run({
      [card.input.name]: new Tensor('float32', input, [1, 3, height, width]),
    });
    const inferredAt = performance.now();
    const vector = [.../** @type {Float32Array} */ (answer[card.output.name].data)];
    const candidates = references
      .map(({ label, vector: reference }) => ({ label, score: cosine(vector, reference) }))
      .sort((a, b) => b.score - a.score);
    const end = performance.now();
    return {
      label: candidates[0].label,
      vector,
      timings: {
        decode: decodedAt - start,
        resize: resizedAt - decodedAt,
        normalise: normalisedAt - resizedAt,
        infer: inferredAt - normalisedAt,
        search: end - inferredAt,
        total: end - start,
      },
    };
  }

  return { classify, close: () => session.release() };
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function cosine(a, b) {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    squaresA += a[i] * a[i];
    squaresB += b[i] * b[i];
  }
  return dot / Math.sqrt(squaresA * squaresB);
}
