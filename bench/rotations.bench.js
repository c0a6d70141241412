/**
 * What do four quarter turns of a probe bring, and what do they cost?
 *
 * Photographs as they were taken are probes of a gallery of the clean pictures of their types; how each lies
 * is known from the corners of the document. The cut out documents are turned by each quarter turn, so that
 * the right answer is known. Images are not in the repository. `npm run bench -- rotations`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createClassifier,
  createMemoryGallery,
  createNodeEmbedder,
  listImageFiles,
  spaceOf,
} from '@docclf/node';
import sharp from 'sharp';
import { printHeading, printTable } from './lib/report.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(process.env.DOCCLF_DATA ?? join(root, '..', 'shared', 'data'), 'bench');

if (!existsSync(folder)) {
  console.log('Skipped: the images are not here. DOCCLF_DATA names the folder that holds bench/.');
} else {
  printHeading('rotations: probes that lie on their side or head');
  const embedder = await createNodeEmbedder();
  const gallery = await createMemoryGallery(spaceOf(embedder.manifest));
  const aligned = await listImageFiles(join(folder, 'aligned'));
  const types = groupBy(aligned, dirname);
  /** Cut out captures, whose reference is another image of the type. */
  const captures = [];
  const labels = new Set();
  for (const [type, files] of types) {
    const reference = files.find((file) => /^(reference|00_)/.test(basename(file))) ?? files[0];
    const label = relative(join(folder, 'aligned'), type);
    const [{ vector }] = await embedder.embed([reference]);
    await gallery.add([{ label, vector, id: label }]);
    labels.add(label);
    captures.push(...files.filter((file) => file !== reference).map((file) => ({ file, label, truth: 0 })));
  }
  const quads = JSON.parse(readFileSync(join(folder, 'photos', 'quads.json'), 'utf8'));
  const photos = Object.entries(quads)
    .map(([name, corners]) => ({
      file: join(folder, 'photos', name),
      label: dirname(name),
      truth: turnToUpright(corners),
    }))
    .filter(({ label }) => labels.has(label));
  const strangers = (await listImageFiles(join(folder, 'unknown'))).map((file) => ({
    file,
    label: null,
    truth: 0,
  }));
  const classifier = createClassifier({ embedder, gallery, threshold: { fpr: 1e-3 } });
  console.log(
    `${labels.size} types, ${captures.length} cut out captures, ${photos.length} photos with corners`,
  );
  const lies = [0, 90, 180, 270].map((angle) => photos.filter(({ truth }) => truth === angle).length);
  console.log(`photos that need 0, 90, 180, 270 degrees: ${lies.join(', ')}\n`);

  const rows = [];
  rows.push(await measure('photos as taken', photos, 0));
  for (const turn of [0, 90, 180, 270])
    rows.push(await measure(`cut out, turned by ${turn}`, captures, turn));
  rows.push(await measure('unknown', strangers, 0));
  printTable(
    [
      'probes',
      'count',
      'right label, off',
      'right label, on',
      'accepted, off',
      'accepted, on',
      'angle right',
      'and of the right labels',
    ],
    rows,
  );
  await cost(classifier, photos);
  await classifier.close();

  async function measure(name, probes, turn) {
    const counts = { off: 0, on: 0, acceptedOff: 0, acceptedOn: 0, angle: 0, angleOfRight: 0, rightFirst: 0 };
    for (const { file, label, truth } of probes) {
      const source = turn === 0 ? file : await sharp(file).rotate(turn).png().toBuffer();
      const off = await classifier.classify(source);
      const on = await classifier.classify(source, { rotations: true });
      if (label !== null && off.candidates[0]?.label === label) counts.off++;
      const right = label !== null && on.candidates[0]?.label === label;
      if (right) counts.on++;
      if (off.status === 'accepted') counts.acceptedOff++;
      if (on.status === 'accepted') counts.acceptedOn++;
      const angle = (truth + 360 - turn) % 360;
      if (on.angle === angle) counts.angle++;
      if (right && on.angle === angle) counts.angleOfRight++;
    }
    const share = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
    const known = probes[0]?.label !== null;
    return [
      name,
      String(probes.length),
      known ? share(counts.off, probes.length) : '-',
      known ? share(counts.on, probes.length) : '-',
      share(counts.acceptedOff, probes.length),
      share(counts.acceptedOn, probes.length),
      known ? share(counts.angle, probes.length) : '-',
      known ? share(counts.angleOfRight, counts.on) : '-',
    ];
  }
}

/** Interleaved, one probe after another, in milliseconds. */
async function cost(classifier, photos) {
  const off = [];
  const on = [];
  for (const { file } of photos.slice(0, 100)) {
    const bytes = readFileSync(file);
    for (const [times, rotations] of [
      [off, false],
      [on, true],
    ]) {
      const { timings } = await classifier.classify(bytes, { rotations });
      times.push(timings);
    }
  }
  const median = (times, part) => times.map((one) => one[part]).sort((a, b) => a - b)[times.length >> 1];
  const parts = ['prepare', 'infer', 'search', 'total'];
  printTable(
    ['milliseconds, median', ...parts],
    [
      ['off', ...parts.map((part) => median(off, part))],
      ['on', ...parts.map((part) => median(on, part))],
    ],
  );
}

/** Clockwise degrees that bring the document's own top edge to the top. Corners: clockwise from its top left. */
function turnToUpright([topLeft, topRight]) {
  const angle = (Math.atan2(topRight[1] - topLeft[1], topRight[0] - topLeft[0]) * 180) / Math.PI;
  return (((Math.round(-angle / 90) * 90) % 360) + 360) % 360;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
