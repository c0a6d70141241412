/**
 * Of documents of no registered type, how many are accepted when `{ fpir }` asks for a share of them?
 * And what does that cost those of registered types?
 *
 * Galleries of the development benchmark's types, one reference each, drawn anew several times; larger ones with
 * pictures of the training set as further types. Answers are the classifier's. `npm run bench -- operating-points`; by itself it
 * takes the number of draws and the sizes (`10 100,1000`).
 */
import { createNodeEmbedder } from '@docclf/node';
import { devFiles, sampleOf, shuffled } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { classifierOver, embedAll, outcomeOf } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';
import { readTrainingPictures } from './lib/training-pictures.js';

const drawsOf = (types) =>
  Number(process.argv[2] ?? (types <= 10 ? 30 : types <= 150 ? 20 : types <= 1000 ? 10 : 4));
const sizes = process.argv[3]?.split(',').map(Number) ?? [10, 50, 100, 150, 1000, 5000];
/** Drawn before those are left out that are strangers of the model or in the benchmark. */
const trainingPictures = 7000;
/** Of them so many are never registered. */
const trainingStrangers = 500;

const files = await devFiles();
if (files) {
  printHeading('operating points: the share of unknown documents that is accepted, and what is lost');
  const embedder = await createNodeEmbedder();
  const { manifest, cohort } = embedder;
  const recorded = await embedAll(embedder, files, { features: true });
  const samples = files.map((file, i) => ({ ...sampleOf(file, i), ...recorded[i] }));
  const { pictures, counts } = await readTrainingPictures(
    embedder,
    trainingPictures,
    {
      cohort: cohort.flatMap(({ vectors }) => vectors),
      benchmark: recorded.map(({ vector }) => vector),
    },
    { features: true },
  );
  await embedder.close();
  console.log(
    `${manifest.id}. Further types: of ${trainingPictures} training pictures, one a group, ${counts.cohort} left out as like a stranger of the\n` +
      `model, ${counts.benchmark} as like a picture of the benchmark; ${pictures.length} are left.\n`,
  );
  await measure(samples, pictures, { manifest, cohort });
}

async function measure(samples, pictures, model) {
  const types = groupBy(
    samples.filter(({ stratum }) => stratum !== 'unknown'),
    ({ type }) => type,
  );
  const isCutOut = ({ stratum }) => stratum !== 'photos';
  const cutOut = [...types.keys()].filter((type) => types.get(type).some(isCutOut)).sort();
  const asTaken = [...types.keys()].filter((type) => !types.get(type).some(isCutOut)).sort();
  const strangers = [
    ...samples
      .filter(({ stratum }) => stratum === 'unknown')
      .map((sample) => ({
        ...sample,
        kind: sample.type.startsWith('receipts') ? 'receipts' : 'strangers',
      })),
    ...pictures
      .slice(-trainingStrangers)
      .map(({ name, ...picture }) => ({ type: name, ...picture, kind: 'training' })),
  ];

  const rows = [];
  for (const size of sizes) {
    const random = randomFrom(1);
    const asked = {
      'fpir 0.001': { fpir: 0.001 },
      'fpir 0.01': { fpir: 0.01 },
      'fpir 0.1': { fpir: 0.1 },
      '0.80': 0.8,
    };
    const tallies = new Map(Object.keys(asked).map((name) => [name, createTally()]));
    for (let draw = 0; draw < drawsOf(size); draw++) {
      const { references, chosen } = drawGallery(size, random);
      const classifier = await classifierOver(model, references);
      for (const [name, threshold] of Object.entries(asked)) {
        const tally = tallies.get(name);
        for (const { kind, type, ...probe } of strangers) {
          const { status } = await classifier.classify(probe, { threshold });
          tally[kind].count(type, status === 'accepted');
        }
        for (const type of chosen) {
          for (const probe of types.get(type)) {
            if (!isCutOut(probe) || references.some(({ vector }) => vector === probe.vector)) continue;
            const outcome = outcomeOf(await classifier.classify(probe, { threshold }), type);
            const kind = type.startsWith('receipts') ? 'lostReceipts' : probe.stratum;
            tally[kind].count(type, !outcome.right);
            tally[`${kind}First`].count(type, outcome.rankedFirst && !outcome.right);
            tally.wrong.count(type, outcome.wrong);
          }
        }
      }
      await classifier.close();
    }
    for (const [name, tally] of tallies) rows.push(rowOf(size, name, tally));
  }
  console.log(
    `${cutOut.length} types cut out, ${asTaken.length} as taken. In percent, with 95 % of what resampled documents or types give. Lost: not\n` +
      'answered right; after the slash, of all, those whose right label ranked first. A constant needs another value for each size.\n',
  );
  const [first, ...rest] = [
    'gallery, asked',
    'strangers',
    'receipts',
    'training',
    'lost, aligned',
    'lost, filled',
    'lost, receipts',
    'wrong',
  ];
  printTable([first, ...rest], rows);

  /** One reference a type: the catalogue image where there is one, else any; filled forms have none. */
  function drawGallery(size, random) {
    const chosen = shuffled(cutOut, random).slice(0, size);
    const others = shuffled(asTaken, random).slice(0, size === 150 ? size - chosen.length : 0);
    const references = [...chosen, ...others].map((type) => {
      const all = types.get(type);
      const cut = all.filter(isCutOut);
      const catalogue = cut.filter((sample) => sample.catalogue && sample.stratum === 'aligned');
      const best = [catalogue, cut, all].find((list) => list.length > 0);
      const { vector, features } = best[Math.floor(random() * best.length)];
      return { label: type, vector, features };
    });
    const further = shuffled(pictures.slice(0, -trainingStrangers), random)
      .slice(0, size - references.length)
      .map(({ vector, features }, i) => ({ label: `further-${i}`, vector, features }));
    if (references.length + further.length < size) throw new Error(`Too few pictures for ${size} types.`);
    return { chosen, references: [...references, ...further] };
  }
}

function createTally() {
  const names = ['strangers', 'receipts', 'training', 'wrong'];
  for (const kind of ['aligned', 'filled', 'lostReceipts']) names.push(kind, `${kind}First`);
  return Object.fromEntries(names.map((name) => [name, createShare()]));
}

function rowOf(size, name, tally) {
  const lost = (kind) => `${tally[kind].text()} / ${tally[`${kind}First`].plain()}`;
  return [
    `${size} types, ${name}`,
    tally.strangers.text(),
    tally.receipts.text(),
    tally.training.text(),
    lost('aligned'),
    lost('filled'),
    lost('lostReceipts'),
    tally.wrong.text(),
  ];
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 */
function groupBy(items, keyOf) {
  /** @type {Map<string, Item[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
