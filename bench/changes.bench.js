/**
 * How much may happen to a page before its type is not answered any more?
 *
 * All types of the development benchmark that are cut out, one reference each; every other image is a probe, as it
 * is and after each change. Answers are the classifier's at its default, and for comparison those of the vector alone. `npm run bench -- changes`; by itself it takes the names of
 * the changes to try.
 */
import { createDocClassifier } from '@docclf/node';
import { warpByHomography } from '@docclf/preprocess';
import { changePixels, readPicture, sharpOf } from './lib/captures.js';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { outcomeOf } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';

const pixels = (change) => (picture) => {
  const changed = { ...picture, data: picture.data.slice() };
  changePixels(changed, change(changed));
  return changed;
};
const luma = (data, i) => 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];

/** Turned by so many degrees about its middle; what comes in from outside repeats the edge. */
const skewed = (degrees) => (picture) => {
  const { width, height } = picture;
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  const matrix = [cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y, 0, 0, 1];
  return warpByHomography(picture, matrix, width, height);
};
const viaSharp = (work) => async (picture) =>
  readPicture(await work(sharpOf(picture), picture).png().toBuffer());
/** So much of each side is lost. */
const cropped = (share) =>
  viaSharp((image, { width, height }) => {
    const [left, top] = [Math.round(share * width), Math.round(share * height)];
    return image.extract({ left, top, width: width - 2 * left, height: height - 2 * top });
  });
/** So much of each side is added. */
const bordered = (share, background) =>
  viaSharp((image, { width, height }) => {
    const [x, y] = [Math.round(share * width), Math.round(share * height)];
    return image.extend({ left: x, right: x, top: y, bottom: y, background });
  });

const changes = {
  none: (picture) => picture,
  'skew 2 degrees': skewed(2),
  'skew 5 degrees': skewed(5),
  'crop 3 %': cropped(0.03),
  'crop 6 %': cropped(0.06),
  'white border 5 %': bordered(0.05, 'white'),
  'white border 10 %': bordered(0.1, 'white'),
  'black border 5 %': bordered(0.05, 'black'),
  'black border 10 %': bordered(0.1, 'black'),
  grey: viaSharp((image) => image.greyscale()),
  '1 bit, by Otsu': otsu,
  inverted: pixels(() => (value) => 255 - value),
  moiré: pixels(
    () => (value, x, y) => value + 25 * Math.sin(x * 1.9 + y * 0.35) * Math.sin(y * 1.7 - x * 0.3),
  ),
  "a scanner's lines": pixels(({ width }) => {
    const lines = new Set([0.2, 0.47, 0.81].map((place) => Math.round(place * width)));
    return (value, x) => (lines.has(x) || lines.has(x - 1) ? 40 : value);
  }),
  blur: viaSharp((image, { width, height }) => image.blur(0.01 * Math.max(width, height))),
};

/** Black and white, by the grey level that parts the two best (Otsu 1979). */
function otsu(picture) {
  const { data } = picture;
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i += 3) counts[Math.round(luma(data, i))]++;
  const total = data.length / 3;
  const sum = counts.reduce((all, count, level) => all + level * count, 0);
  let [below, sumBelow, best, level] = [0, 0, -1, 127];
  counts.forEach((count, at) => {
    below += count;
    sumBelow += at * count;
    const above = total - below;
    if (below === 0 || above === 0) return;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > best) [best, level] = [between, at];
  });
  const changed = data.slice();
  for (let i = 0; i < data.length; i += 3) changed.fill(luma(data, i) > level ? 255 : 0, i, i + 3);
  return { ...picture, data: changed };
}

const files = await devFiles();
if (files) {
  printHeading('changes: what may happen to a page');
  const samples = files.map(sampleOf).filter(({ stratum }) => stratum === 'aligned' || stratum === 'filled');
  const pictures = await Promise.all(samples.map(({ file }) => readPicture(file)));
  const types = [...new Set(samples.map(({ type }) => type))];
  const isReference = new Set(
    types.map((type) => {
      const all = samples.filter((sample) => sample.type === type);
      return all.find(({ catalogue }) => catalogue) ?? all[0];
    }),
  );
  const classifier = await createDocClassifier({ lint: false });
  for (const { file, type } of samples.filter((sample) => isReference.has(sample))) {
    await classifier.register(file, { label: type });
  }
  const rows = [];
  const mean = createTally();
  const asked = process.argv.slice(2);
  for (const [name, change] of Object.entries(changes)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const tally = createTally();
    const probes = samples
      .map((sample, i) => ({ ...sample, picture: pictures[i] }))
      .filter((_, i) => !isReference.has(samples[i]));
    for (const { picture, type, stratum } of probes) {
      const changed = await change(picture);
      const kind = type.startsWith('receipts') ? 'receipts' : stratum;
      for (const [look, options] of [
        ['', {}],
        ['Vector', { secondLook: false, locate: false }],
      ]) {
        const outcome = outcomeOf(await classifier.classify(changed, options), type);
        for (const each of [tally, mean]) {
          each[kind + look].count(type, outcome.right);
          if (look === '') each[`${kind}First`].count(type, outcome.rankedFirst);
          each[`wrong${look}`].count(type, outcome.wrong);
        }
      }
    }
    process.stderr.write(`${name} done\n`);
    rows.push(rowOf(name, tally));
  }
  rows.push(rowOf('all together', mean));
  await classifier.close();
  console.log(
    `${classifier.embedder.manifest.id}, ${types.length} types. Answered right at the default, in percent with 95 % of what resampled types give; in\n` +
      'brackets by the vector of the whole picture alone; after the slash, ranked first.\n',
  );
  printTable(['change', 'aligned', 'filled', 'receipts', 'wrong'], rows);
}

function createTally() {
  const kinds = ['aligned', 'filled', 'receipts'];
  const names = [...kinds, 'wrong'].flatMap((kind) => [kind, `${kind}Vector`]);
  return Object.fromEntries(
    [...names, ...kinds.map((kind) => `${kind}First`)].map((name) => [name, createShare()]),
  );
}

function rowOf(name, tally) {
  const pair = (kind) => `${tally[kind].text()} [${tally[`${kind}Vector`].plain()}]`;
  const cell = (kind) => `${pair(kind)} / ${tally[`${kind}First`].plain()}`;
  return [name, cell('aligned'), cell('filled'), cell('receipts'), pair('wrong')];
}
