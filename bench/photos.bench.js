/**
 * Photos as people take them: is the document found, and named? Ours beside a public detector, the corners known by hand,
 * and no localiser at all; one reference a type, every photo whose corners are known, strangers from `unknown`.
 *
 * Needs images that are not in the repository. `npm run bench -- photos`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOperatingPoints, labelsToDecide, quarterTurns } from '@docclf/core';
import { insetCorners } from '@docclf/locate';
import {
  createMemoryGallery,
  createNodeEmbedder,
  createNodeLocaliser,
  decide,
  listImageFiles,
  spaceOf,
} from '@docclf/node';
import { assertCorners, warpPerspective } from '@docclf/preprocess';
import sharp from 'sharp';
import { openPeer } from './lib/corner-net.js';
import { wilson } from './lib/intervals.js';
import { printHeading, printTable } from './lib/report.js';
import { median } from './lib/statistics.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const data = process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data');
const folder = join(data, 'bench');
const side = 128;
const insets = [0.05, 0.1, 0.15];

/** Each way gives quads of a photo; the photo as it is is a view of each. @type {Record<string, Function>} */
const ways = {
  'as they are': async () => [],
  'true corners': async ({ truth }) => (truth ? [truth] : []),
  'peer, one quad': async ({ image }, { peer }) => [await peer.locate(image)],
  'ours, one quad': async ({ found }) => found.quads.slice(0, 1).map(({ corners }) => corners),
  'ours, insets, first and inner': async ({ found }) => {
    const [best, ...others] = found.quads;
    if (best === undefined) return [];
    const first = others.find(({ look }) => look === 'photo');
    const inner = others.find(({ look }) => look === 'inside');
    return [best, ...(first ? [first] : []), ...(inner ? [inner] : [])]
      .map(({ corners }) => corners)
      .concat(insets.map((share) => insetCorners(best.corners, share)));
  },
};

if (!existsSync(folder)) {
  console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
} else {
  printHeading('photos: is the document found, and named?');
  const embedder = await createNodeEmbedder();
  const localiser = await createNodeLocaliser();
  const peer = await openPeer(join(data, 'peers', 'doccornernet_lean.onnx'));
  const known = JSON.parse(readFileSync(join(folder, 'photos', 'quads.json'), 'utf8'));
  const files = await listImageFiles(join(folder, 'photos'));
  const gallery = await createMemoryGallery(spaceOf(embedder.manifest));
  const registered = new Map();
  for (const file of files) {
    const label = relative(join(folder, 'photos'), dirname(file));
    const earlier = registered.get(label);
    if (earlier === undefined || (!isCatalogue(earlier) && isCatalogue(file))) registered.set(label, file);
  }
  for (const [label, file] of registered) {
    const [{ vector }] = await embedder.embed([file]);
    await gallery.add([{ label, vector }]);
  }
  const probes = files.filter((file) => relative(join(folder, 'photos'), file) in known);
  const photos = await Promise.all(
    probes.map((file) => read(file, known[relative(join(folder, 'photos'), file)])),
  );
  const strangers = await Promise.all(
    (await listImageFiles(join(folder, 'unknown'))).map((file) => read(file)),
  );
  const times = { ours: [], peer: [] };
  for (const photo of [...photos, ...strangers]) {
    let start = performance.now();
    photo.found = await localiser.locate(photo.image);
    times.ours.push(performance.now() - start);
    start = performance.now();
    await peer.locate(photo.image);
    times.peer.push(performance.now() - start);
  }
  const points = createOperatingPoints(gallery, embedder);
  const reached = new Map();
  for (const [name, quadsOf] of Object.entries(ways)) {
    const answer = (photo) => answerOf(photo, quadsOf);
    const answers = [];
    for (const photo of photos) answers.push(await answer(photo));
    const others = [];
    for (const photo of strangers) others.push(await answer(photo));
    reached.set(name, { answers, others });
    process.stderr.write(`${name} done\n`);
  }
  report(reached);
  console.log(
    `Milliseconds to locate decoded pixels, median: ours ${median(times.ours).toFixed(1)} (three looks), peer ${median(times.peer).toFixed(1)} (one).\n`,
  );
  await localiser.close();
  await embedder.close();

  /** The best label of all views of a photo, its score, and what the default answers. */
  async function answerOf(photo, quadsOf) {
    const quads = (await quadsOf(photo, { peer })).filter(isUsable);
    const cuts = quads.map((corners) => warpPerspective(photo.image, corners, side, side));
    const embeddings = await embedder.embed([photo.image, ...cuts], {
      variations: { whole: quarterTurns },
    });
    const vectors = embeddings.flatMap(({ vector, views }, i) =>
      // As it is, a photo is upright or not asked about.
      i === 0 ? [vector] : views.map((view) => view.vector),
    );
    let best;
    let strongest;
    for (const vector of vectors) {
      const matches = await gallery.nearest(vector, labelsToDecide);
      const point = await points.at({ fpir: 0.01 }, { vector, matches, views: vectors.length });
      const view = { matches, ...point };
      if (best === undefined || matches[0].score > best.matches[0].score) best = view;
      if (strongest === undefined || point.evalue < strongest.evalue) strongest = view;
    }
    const { label, status } = decide(strongest.matches, strongest.threshold);
    return {
      photo,
      label: best.matches[0].label,
      score: best.matches[0].score,
      answered: status === 'accepted' ? label : undefined,
    };
  }

  function report(rows) {
    const sources = [...new Set(photos.map(({ source }) => source)), 'all'];
    for (const source of sources) {
      const ofSource = ({ photo }) => source === 'all' || photo.source === source;
      const table = [...rows].map(([name, { answers, others }]) => {
        const own = answers.filter(ofSource);
        const scores = others.map(({ score }) => score).sort((a, b) => b - a);
        // One in a hundred strangers may score higher.
        const line = scores[Math.floor(0.01 * scores.length)];
        const right = own.filter(({ photo, label }) => label === photo.label);
        const missed = own.length - right.filter(({ score }) => score > line).length;
        const named = own.filter(({ photo, answered }) => answered === photo.label).length;
        const wrong = own.filter(
          ({ photo, answered }) => answered !== undefined && answered !== photo.label,
        ).length;
        const taken = others.filter(({ answered }) => answered !== undefined).length;
        return [
          name,
          wilson(right.length, own.length),
          wilson(missed, own.length),
          wilson(named, own.length),
          wilson(wrong, own.length),
          ...(source === 'all' ? [wilson(taken, others.length)] : []),
        ];
      });
      console.log(`${source}, ${photos.filter((photo) => ofSource({ photo })).length} photos\n`);
      const head = ['%', 'rank 1', 'FNIR at FPIR 0.01', 'answered right', 'answered wrong'];
      printTable(source === 'all' ? [...head, 'strangers accepted'] : head, table);
    }
  }
}

/** Pixels, upright, and what is known of them. */
async function read(file, corners) {
  const { data: pixels, info } = await sharp(file)
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const label = relative(join(folder, 'photos'), dirname(file));
  return {
    label,
    source: label.split('/')[0],
    truth: corners?.map(([x, y]) => ({ x, y })),
    image: { data: new Uint8Array(pixels), width: info.width, height: info.height, channels: 3 },
  };
}

function isCatalogue(file) {
  return /^(reference|00_)/.test(basename(file));
}

function isUsable(corners) {
  try {
    assertCorners(corners);
    return true;
  } catch {
    return false;
  }
}
