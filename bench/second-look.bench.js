/**
 * What a second look adds: every image of the development benchmark is classified with and without it, by the same
 * embedder; so are strangers, and the same documents where their own label is not in the gallery.
 *
 * Needs images that are not in the repository. `npm run bench -- second-look`; a part of it by `node bench/second-look.bench.js`
 * with any of `photos`, `aligned`, `filled`, `time` behind it.
 */
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import {
  createClassifier,
  createDocClassifier,
  createMemoryGallery,
  createNodeEmbedder,
  spaceOf,
} from '@docclf/node';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { interleave } from './lib/interleave.js';
import { overTypes } from './lib/intervals.js';
import { printHeading, printTable } from './lib/report.js';
import { median } from './lib/statistics.js';

printHeading('second-look: do the pixels decide what the vector cannot?');
const asked = process.argv.slice(2);
const isAsked = (name) => asked.length === 0 || asked.includes(name);
const files = await devFiles();
const samples = files?.map(sampleOf) ?? [];
const embedder = remembering(await createNodeEmbedder());
const own = createSecondLook(geometry);
let looked = false;
/** Says whether it was taken. */
const look = {
  ...own,
  look: async (first) => {
    const answer = await own.look(first);
    looked = answer !== undefined;
    return answer;
  },
};
for (const stratum of ['photos', 'aligned', 'filled']) {
  if (files !== undefined && isAsked(stratum)) await accuracy(stratum);
}
if (files !== undefined && isAsked('time')) await times();
await embedder.close();

async function accuracy(stratum) {
  const own = samples.filter((sample) => sample.stratum === stratum);
  const strangers = samples.filter((sample) => sample.stratum === 'unknown');
  const references = [...new Set(own.map(({ type }) => type))].map((type) => {
    const ofType = own.filter((sample) => sample.type === type);
    return ofType.find(({ catalogue }) => catalogue) ?? ofType[0];
  });
  const probes = own.filter((sample) => !references.includes(sample));
  const rows = [];
  for (const [name, secondLook] of [
    ['first look', undefined],
    ['second look', look],
  ]) {
    const gallery = await createMemoryGallery(spaceOf(embedder.manifest));
    const classifier = createClassifier({ embedder, gallery, secondLook });
    // Kept with the features in both, so that both answer from the same gallery.
    const registering = createClassifier({ embedder, gallery, secondLook: look });
    for (const { file, type } of references) await registering.register(file, { label: type });
    const labels = references.map(({ type }) => type);
    const answers = async (list, expectedOf) => {
      const answered = [];
      for (const sample of list) {
        looked = false;
        const answer = await classifier.classify(sample.file, { expected: expectedOf?.(sample) });
        answered.push({ ...sample, ...answer, looked });
      }
      return answered;
    };
    rows.push({
      name,
      known: await answers(probes),
      strangers: await answers(strangers),
      sameKind: await answers(probes, ({ type }) => labels.filter((label) => label !== type)),
    });
    process.stderr.write(`${stratum}, ${name} done\n`);
  }
  report(stratum, rows);
}

function report(stratum, rows) {
  const sources = [...new Set(rows[0].known.map(({ type }) => type.split('/')[0]))];
  for (const source of [...sources, 'all']) {
    const own = ({ type }) => source === 'all' || type.startsWith(`${source}/`);
    console.log(
      `${stratum}: ${source}, ${rows[0].known.filter(own).length} probes; % and 95 % interval over types\n`,
    );
    printTable(
      [
        '%',
        'rank 1',
        'FNIR at FPIR 0.01',
        'answered right',
        'answered wrong',
        'same kind, unregistered',
        'strangers',
        'looked again',
      ],
      rows.map(({ name, known, strangers, sameKind }) => {
        const probes = known.filter(own);
        // One in a hundred strangers may have less.
        const line = strangers.map(({ evalue }) => evalue).sort((a, b) => a - b)[
          Math.floor(0.01 * strangers.length)
        ];
        const isFirst = ({ candidates, type }) => candidates[0]?.label === type;
        const isRight = ({ label, type }) => label === type;
        return [
          name,
          overTypes(probes, isFirst),
          overTypes(probes, (one) => !(isFirst(one) && one.evalue < line)),
          overTypes(probes, isRight),
          overTypes(
            probes,
            (one) => one.label !== null && !isRight(one) && !one.type.startsWith(`${one.label}/`),
          ),
          overTypes(sameKind.filter(own), ({ status }) => status === 'accepted'),
          overTypes(strangers, ({ status }) => status === 'accepted'),
          overTypes(probes, (one) => one.looked),
        ];
      }),
    );
  }
}

/** What a second look costs a stranger, which is always looked at again, and up to 24 labels: processor time, by turns. */
async function times() {
  const references = samples
    .filter(({ stratum, catalogue }) => stratum === 'photos' && catalogue)
    .slice(0, 50);
  const strangers = samples.filter(({ stratum }, i) => stratum === 'unknown' && i % 9 === 0);
  const looking = await createDocClassifier({ secondLook: true, lint: false });
  for (const { file, type } of references) await looking.register(file, { label: type });
  const glancing = await createDocClassifier({ secondLook: false, gallery: looking.gallery });
  const measure = async (classifier) => {
    const start = process.cpuUsage();
    for (const { file } of strangers) await classifier.classify(file);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / strangers.length;
  };
  const measured = await interleave(
    { first: () => measure(glancing), second: () => measure(looking) },
    { rounds: 3, warmUp: 1 },
  );
  const [first, second] = [median(measured.first), median(measured.second)];
  console.log(
    `Processor milliseconds of one classification of ${strangers.length} strangers, medians of 3 rounds\n`,
  );
  printTable(
    ['first look', 'with the second', 'added'],
    [[first.toFixed(1), second.toFixed(1), (second - first).toFixed(1)]],
  );
  await looking.close();
  await glancing.embedder.close();
}

/** Each picture is embedded, and its features are found, once. */
function remembering(embedder) {
  const known = new Map();
  const once = (key, make) => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key);
  };
  return {
    ...embedder,
    embed: async ([file], { variations, asReference }) => {
      const options = { variations, asReference, features: true };
      const [embedding] = await once(JSON.stringify([file, options]), () => embedder.embed([file], options));
      const { featuresOf } = embedding;
      if (featuresOf === undefined) return [embedding];
      return [
        { ...embedding, featuresOf: (part) => once(JSON.stringify([file, part]), () => featuresOf(part)) },
      ];
    },
  };
}
