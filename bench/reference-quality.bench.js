/**
 * Which pictures are too poor to be references? Clean references are spoilt step by step (blurred, shrunk,
 * bleached, overlaid by a reflection), and compared with the photographs of the same document.
 *
 * Needs images that are not in the repository. `npm run bench -- reference-quality`.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearDuplicateScore } from '@docclf/core/lint';
import { createNodeEmbedder, listImageFiles } from '@docclf/node';
import sharp from 'sharp';
import { classifierOver, embedAll } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data'), 'bench');

/** Each way to spoil a picture, from hardly to badly. @type {Record<string, { steps: number[], spoil: Function }>} */
const ways = {
  'blur, sigma in % of the longer side': {
    steps: [0, 0.3, 0.6, 1, 1.5, 2, 3, 4, 6],
    spoil: (image, step, side) => (step === 0 ? image : image.blur(Math.max(0.3, (step / 100) * side))),
  },
  'pixels of the shorter side': {
    steps: [256, 128, 96, 64, 48, 32, 24, 16],
    spoil: (image, step) => image.resize({ width: step, height: step, fit: 'outside' }),
  },
  'contrast left, %': {
    steps: [100, 50, 25, 15, 10, 6, 4, 2],
    spoil: (image, step) => image.linear(step / 100, 255 * (1 - step / 100) * 0.7),
  },
  'reflection, % of the area': { steps: [0, 5, 10, 15, 20, 30, 45, 60], spoil: reflect },
  'JPEG again, quality': {
    steps: [95, 80, 60, 40, 20],
    spoil: async (image, step) => sharp(await image.jpeg({ quality: step }).toBuffer()),
  },
};

if (!existsSync(folder)) {
  console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
} else {
  printHeading('reference-quality: when is a reference too poor?');
  const embedder = await createNodeEmbedder();
  const types = new Map();
  for (const stratum of ['aligned', 'filled']) {
    for (const file of await listImageFiles(join(folder, stratum))) {
      const images = types.get(dirname(file)) ?? types.set(dirname(file), []).get(dirname(file));
      images.push(file);
    }
  }
  const groups = [...types.values()].filter((images) => images.length > 1);
  for (const images of groups) {
    images.sort((a, b) => Number(isCatalogue(b)) - Number(isCatalogue(a)) || (a < b ? -1 : 1));
  }
  const captures = [];
  for (const [, ...others] of groups)
    captures.push((await embedAll(embedder, others)).map(({ vector }) => vector));
  const clean = (
    await embedAll(
      embedder,
      groups.map(([first]) => first),
    )
  ).map(({ vector }) => vector);
  for (const [name, { steps, spoil }] of Object.entries(ways)) {
    const rows = [];
    for (const step of steps) {
      const measures = [];
      const references = [];
      const ownScore = [];
      for (const [i, [file]] of groups.entries()) {
        const { width, height } = await sharp(file).metadata();
        const picture = sharp(await sharp(file).removeAlpha().toColourspace('srgb').png().toBuffer());
        const spoilt = await spoil(picture, step, Math.max(width, height), width, height);
        const [embedding] = await embedder.embed([await spoilt.png().toBuffer()], {
          asReference: true,
          locate: false,
        });
        measures.push(embedding.quality);
        references.push({ label: `${i}`, vector: embedding.vector });
        ownScore.push(scoreOf(clean[i], embedding.vector));
      }
      rows.push([
        String(step),
        `${(100 * (await shareAnswered(references, captures, embedder))).toFixed(1)} %`,
        quantiles(measures.map(({ sharpness }) => sharpness)),
        quantiles(measures.map(({ glare }) => glare)),
        quantiles(measures.map(({ contrast }) => contrast)),
        quantiles(ownScore),
      ]);
    }
    console.log(`${name} (${groups.length} references)\n`);
    printTable(
      ['step', 'answered right', 'sharpness 5/50/95 %', 'glare', 'contrast', 'score to the clean one'],
      rows,
    );
  }
  const pairs = captures.flatMap((own) => own.flatMap((a, i) => own.slice(0, i).map((b) => scoreOf(a, b))));
  const twins = pairs.filter((score) => score >= nearDuplicateScore).length;
  console.log(`${twins} of ${pairs.length} pairs of captures of one type reach ${nearDuplicateScore}.\n`);
  await embedder.close();
}

/** Of a reference's captures those that are answered with its label, the mean over all references. */
async function shareAnswered(references, captures, model) {
  const classifier = await classifierOver(model, references);
  let sum = 0;
  for (const [i, vectors] of captures.entries()) {
    const answers = await Promise.all(vectors.map((vector) => classifier.classify({ vector })));
    sum += answers.filter(({ label }) => label === `${i}`).length / answers.length;
  }
  await classifier.close();
  return sum / captures.length;
}

/** A white ellipse with a soft rim over the middle. */
async function reflect(image, step, _side, width, height) {
  if (step === 0) return image;
  const [a, b] = [width, height].map((size) => size * Math.sqrt(step / 100 / Math.PI));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><radialGradient id="g"><stop offset="0.9" stop-color="#fff"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>
    <ellipse cx="${width / 2}" cy="${height / 2}" rx="${a * 1.05}" ry="${b * 1.05}" fill="url(#g)"/></svg>`;
  return image.composite([{ input: Buffer.from(svg) }]);
}

/** @param {string} file */
function isCatalogue(file) {
  return /^(reference|00_)/.test(basename(file));
}

function scoreOf(a, b) {
  let cosine = 0;
  for (let k = 0; k < a.length; k++) cosine += a[k] * b[k];
  return (cosine + 1) / 2;
}

/** @param {number[]} values */
function quantiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return [0.05, 0.5, 0.95].map((share) => at(share).toPrecision(3)).join(' / ');
}
