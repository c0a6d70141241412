/**
 * Photos as people take them: registered and classified by the product, with the files that ship. Photos whose corners are
 * known are classified among clean references; the others among photos; strangers flat and photographed. Beside it: no
 * locating, the corners known by hand, and the quads of a public detector.
 *
 * Needs images that are not in the repository. `npm run bench -- photos`; `node bench/photos.bench.js time` for the times alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import {
  createClassifier,
  createDocClassifier,
  createMemoryGallery,
  createNodeEmbedder,
  listImageFiles,
  loadLocaliser,
  spaceOf,
} from '@docclf/node';
import { assertCorners } from '@docclf/preprocess';
import sharp from 'sharp';
import { openPeer } from './lib/corner-net.js';
import { interleave, timed } from './lib/interleave.js';
import { wilson } from './lib/intervals.js';
import { makePhotographs, oneMegapixel, twelveMegapixels } from './lib/photographs.js';
import { printHeading, printTable } from './lib/report.js';
import { median } from './lib/statistics.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const data = process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data');
const folder = join(data, 'bench', 'photos');

printHeading('photos: is the document found, and named?');
const only = process.argv[2];
if (only !== 'time') {
  if (existsSync(folder)) await accuracy();
  else console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
}
await times();
await weight();

async function accuracy() {
  const corners = JSON.parse(readFileSync(join(folder, 'quads.json'), 'utf8'));
  const photos = (await listImageFiles(folder)).map((file) => {
    const name = relative(folder, file);
    const label = dirname(name);
    return {
      file,
      label,
      source: label.split('/')[0],
      truth: corners[name]?.map(([x, y]) => ({ x, y })),
      isReference: false,
    };
  });
  for (const label of new Set(photos.map((photo) => photo.label))) {
    const ofLabel = photos.filter((photo) => photo.label === label);
    (ofLabel.find(({ file }) => /^(reference|00_)/.test(basename(file))) ?? ofLabel[0]).isReference = true;
  }
  const strangers = (await listImageFiles(join(data, 'bench', 'unknown'))).map((file) => ({ file }));
  const peer = await openPeer(join(data, 'peers', 'doccornernet_lean.onnx'));
  for (const photo of [...photos, ...strangers]) photo.peer = await peerQuad(peer, photo.file);

  const embedder = remembering(await createNodeEmbedder());
  /** What is given to the classifier as a probe; references are what a user would register without thinking of it. */
  const ways = {
    'as they are': { locate: false, probe: ({ file }) => file },
    'true corners': {
      locate: 'auto',
      probe: ({ file, truth }) => (truth ? { source: file, corners: truth } : file),
    },
    'peer, one quad': {
      locate: 'auto',
      probe: ({ file, peer: quad }) => (quad ? { source: file, corners: quad } : file),
    },
    'docclf, first look': { locate: 'auto', probe: ({ file }) => file },
    docclf: { locate: 'auto', probe: ({ file }) => file, secondLook: createSecondLook(geometry) },
  };
  const rows = [];
  for (const [name, { locate, probe, secondLook }] of Object.entries(ways)) {
    const gallery = await createMemoryGallery(spaceOf(embedder.manifest));
    const classifier = createClassifier({ embedder, gallery, locate, secondLook });
    for (const { file, label, isReference } of photos)
      if (isReference) await classifier.register(file, { label });
    const labels = (await classifier.labels()).map(({ label }) => label);
    const answer = async (photo, expected) => ({
      photo,
      ...(await classifier.classify(probe(photo), { expected })),
    });
    const each = async (items, expectedOf) => {
      const answers = [];
      for (const photo of items) answers.push(await answer(photo, expectedOf?.(photo)));
      return answers;
    };
    rows.push({
      name,
      known: await each(photos.filter(({ truth }) => truth)),
      unknownCorners: await each(
        photos.filter(({ truth, isReference, source }) => !truth && !isReference && fromPhotos(source)),
      ),
      flat: await each(strangers),
      elsewhere: await each(photos, ({ source }) =>
        labels.filter((label) => !label.startsWith(`${source}/`)),
      ),
      sameDesk: await each(photos, (photo) => labels.filter((label) => label !== photo.label)),
    });
    process.stderr.write(`${name} done\n`);
  }
  await embedder.close();
  report(rows);

  /** Sources of which every reference is a photo. */
  function fromPhotos(source) {
    return !photos.some((photo) => photo.source === source && photo.truth);
  }
}

function report(rows) {
  const head = [
    '%',
    'rank 1',
    'FNIR at FPIR 0.01',
    'answered right',
    'answered wrong',
    'strangers: flat',
    'photographed',
    'same kind, same desk',
  ];
  for (const [title, key] of [
    ['Photos whose corners are known, among clean references', 'known'],
    ['Other photos, registered from photos', 'unknownCorners'],
  ]) {
    const sources = [...new Set(rows[0][key].map(({ photo }) => photo.source)), 'all'];
    for (const source of sources) {
      // Strangers are of the sources of this table, and photos where it is one of photos beside clean references.
      const own = ({ photo }) =>
        (source === 'all' ? sources.includes(photo.source) : photo.source === source) &&
        (key !== 'known' || photo.truth !== undefined);
      const count = rows[0][key].filter(own).length;
      console.log(`${title}: ${source}, ${count} photos\n`);
      printTable(
        head,
        rows.map((row) => [row.name, ...figures(row, row[key].filter(own), own)]),
      );
    }
  }
}

function figures({ flat, elsewhere, sameDesk }, answers, own) {
  const evalues = flat.map(({ evalue }) => evalue).sort((a, b) => a - b);
  // One in a hundred strangers may have less.
  const line = evalues[Math.floor(0.01 * evalues.length)];
  const first = ({ photo, candidates }) => candidates[0]?.label === photo.label;
  const missed = answers.filter((one) => !(first(one) && one.evalue < line));
  const accepted = (list) => {
    const taken = list.filter(({ status }) => status === 'accepted').length;
    return list.length === 0 ? '–' : wilson(taken, list.length);
  };
  const right = answers.filter(({ photo, label }) => label === photo.label).length;
  // An ancestor of the truth is no wrong answer.
  const wrong = answers.filter(
    ({ photo, label }) => label !== null && label !== photo.label && !photo.label.startsWith(`${label}/`),
  ).length;
  return [
    wilson(answers.filter(first).length, answers.length),
    wilson(missed.length, answers.length),
    wilson(right, answers.length),
    wilson(wrong, answers.length),
    accepted(flat),
    accepted(elsewhere.filter(own)),
    accepted(sameDesk.filter(own)),
  ];
}

/** What locating adds to a classification, in the same run. */
async function times() {
  const classifier = await createDocClassifier();
  const sizes = { '12 megapixels': twelveMegapixels, '1 megapixel': oneMegapixel };
  const rows = [];
  for (const [name, size] of Object.entries(sizes)) {
    const files = await makePhotographs(3, size);
    await classifier.register(files[0], { label: name });
    const measured = await interleave(
      {
        located: (round) => timed(() => classifier.classify(files[round % files.length])),
        asItIs: (round) => timed(() => classifier.classify(files[round % files.length], { locate: false })),
      },
      { rounds: 20, warmUp: 3 },
    );
    const [located, asItIs] = [median(measured.located), median(measured.asItIs)];
    const { found } = await classifier.classify(files[1]);
    rows.push([
      name,
      found,
      asItIs.toFixed(1),
      located.toFixed(1),
      (located - asItIs).toFixed(1),
      (located / asItIs).toFixed(2),
    ]);
  }
  console.log('\nMilliseconds of one classification, one thread, medians of 20 rounds\n');
  printTable(['picture', 'found', 'as it is', 'located', 'added', 'times'], rows);
  await classifier.close();
}

/** What looking for documents adds to what is shipped; the code's 7 kB have a limit of their own (`.size-limit.json`). */
async function weight() {
  const { bytes } = await loadLocaliser();
  const [plain, packed] = [bytes, gzipSync(bytes)].map(({ length }) => (length / 1e6).toFixed(2));
  console.log(`\nThe localiser's network: ${plain} MB, ${packed} MB by gzip`);
}

/** Each source is embedded once for each way to locate in it. */
function remembering(embedder) {
  const known = new Map();
  return {
    ...embedder,
    embed: async ([source], options) => {
      const { locate, variations, asReference, features } = options;
      const key = JSON.stringify([source, locate, variations, asReference, features]);
      if (!known.has(key)) known.set(key, await embedder.embed([source], options));
      return known.get(key);
    },
  };
}

async function peerQuad(peer, file) {
  const { data: pixels, info } = await sharp(file)
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const quad = await peer.locate({ data: new Uint8Array(pixels), width, height, channels: 3 });
  try {
    assertCorners(quad);
    return quad;
  } catch {
    return undefined;
  }
}
