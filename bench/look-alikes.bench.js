/**
 * Galleries whose own labels look alike: is what ranks first also answered, and what of strangers?
 *
 * Letters of one company are drawn; covers on white pages and states of a type are made of the development benchmark's
 * pictures; probes of made pictures are simulated captures (`lib/captures.js` says how). The other galleries are
 * photographs. Answers are the classifier's at its default. `npm run bench -- look-alikes`.
 */
import { createNodeEmbedder } from '@docclf/node';
import { captured, drawLetter, inState, onWhitePage, readPicture } from './lib/captures.js';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { classifierOver, embedAll, outcomeOf } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';
import { readTrainingPictures } from './lib/training-pictures.js';

const capturesEach = 3;
/** The mixed gallery has about as many references. */
const mixed = Number(process.argv[2] ?? 9200);
/** Strangers as a classifier sees them that looks for documents, once they were looked at. */
let strangersFound;

const files = await devFiles();
if (files) {
  printHeading('look-alikes: galleries whose labels are hard to tell apart');
  const embedder = await createNodeEmbedder();
  const recorded = await embedAll(embedder, files, { turned: true, features: true });
  const samples = files.map((file, i) => ({ ...sampleOf(file, i), ...recorded[i] }));
  const rows = [];
  for await (const gallery of galleries(embedder, samples))
    rows.push(await measure(embedder, samples, gallery));
  await embedder.close();
  console.log(
    `${embedder.manifest.id}, default threshold and margin. In percent, with 95 % of what resampled types or documents give.\n`,
  );
  printTable(
    [
      'gallery',
      'probes',
      'ranked first',
      'right or parent',
      'one of',
      'unknown',
      'wrong',
      'strangers',
      'its kin',
      'registered again',
    ],
    rows,
  );
}

/** Each with `references` and `probes` of label and vector, `kin` strangers of the same make, and options of the classifier. */
async function* galleries(embedder, samples) {
  const ofStratum = (...strata) => samples.filter(({ stratum }) => strata.includes(stratum));
  const letters = [];
  for (let i = 0; i < 60; i++) letters.push(await drawLetter(i));
  for (const count of [2, 5, 12, 20, 40]) {
    const labelled = letters.slice(0, count).map((picture, i) => ({ label: `letter-${i}`, picture }));
    yield {
      name: `${count} letters of one company`,
      references: await embedded(embedder, labelled),
      probes: await capturesOf(embedder, labelled),
      kin: await embedded(
        embedder,
        letters.slice(-20).map((picture) => ({ picture })),
      ),
    };
  }
  const covers = groupsOf(ofStratum('aligned')).filter(
    ([type]) => type.includes('covers') || type.startsWith('book'),
  );
  for (const [share, located] of /** @type {const} */ ([
    [0.9, false],
    [0.35, false],
    [0.35, true],
  ])) {
    const onPages = (sampleAt, seed) =>
      covers.slice(0, 20).flatMap(([label, all], i) => {
        const sample = sampleAt(all);
        return sample
          ? [
              readPicture(sample.file)
                .then((picture) => onWhitePage(picture, share, seed + i))
                .then((picture) => ({ label, picture })),
            ]
          : [];
      });
    const references = await Promise.all(onPages((all) => all[0], 1));
    const probes = [1, 2].map((nth) => Promise.all(onPages((all) => all[nth], 100 * nth)));
    yield {
      name: `20 covers on white A4, ${100 * share} % of its width${located ? ', located' : ''}`,
      references: await embedded(embedder, references, { located }),
      probes: await embedded(embedder, (await Promise.all(probes)).flat(), { located }),
      located,
    };
  }
  const states = [];
  for (const [type, all] of groupsOf(ofStratum('aligned', 'filled')).slice(0, 20)) {
    const picture = await readPicture(all[0].file);
    for (const state of /** @type {const} */ (['clean', 'stained', 'glare']))
      states.push({ label: `${type}/${state}`, picture: await inState(picture, state) });
  }
  yield {
    name: '20 types x 3 simulated states',
    references: await embedded(embedder, states),
    probes: await capturesOf(embedder, states),
  };
  const many = groupsOf(ofStratum('aligned')).filter(([, all]) => all.length >= 5);
  yield {
    name: `${many.length} types, all captures but one as sub-labels (the type)`,
    references: many.flatMap(([type, all]) =>
      all.slice(0, -1).map((sample, i) => ({ label: `${type}/${i}`, ...recordedOf(sample) })),
    ),
    probes: many.map(([type, all]) => ({ label: type, ...recordedOf(all.at(-1)) })),
  };
  const split = (groups) => ({
    references: groups.map(([label, [first]]) => ({ label, ...recordedOf(first) })),
    probes: groups.flatMap(([label, all]) =>
      all.slice(1).map((sample) => ({ label, ...recordedOf(sample) })),
    ),
  });
  yield {
    name: '26 playing cards as photographed',
    ...split(groupsOf(samples.filter(({ type }) => type.startsWith('uno_')))),
  };
  const cards = samples.filter(({ type }) => type.startsWith('uno_'));
  const found = await embedAll(
    embedder,
    cards.map(({ file }) => file),
    { located: true, features: true },
  );
  yield {
    name: '26 playing cards as photographed, located',
    ...split(groupsOf(cards.map((sample, i) => ({ ...sample, ...found[i] })))),
    located: true,
  };
  const types = split(groupsOf(ofStratum('aligned', 'filled')));
  yield { name: `${types.references.length} types`, ...types };
  yield { name: `${types.references.length} types, rotations`, ...types, options: { rotations: true } };
  const { pictures } = await readTrainingPictures(
    embedder,
    mixed,
    {
      cohort: embedder.cohort.flatMap(({ vectors }) => vectors),
      benchmark: samples.map(({ vector }) => vector),
    },
    { features: true },
  );
  const further = pictures.map((picture, i) => ({ label: `further-${i}`, ...recordedOf(picture) }));
  const references = [...types.references, ...further];
  yield { name: `${references.length} mixed references`, references, probes: types.probes };
}

async function measure(embedder, samples, { name, references, probes, kin = [], options, located = false }) {
  const classifier = await classifierOver(embedder, references, options);
  const tally = Object.fromEntries(
    ['rankedFirst', 'answered', 'oneOf', 'unknown', 'wrong', 'strangers', 'kin', 'again'].map((key) => [
      key,
      createShare(),
    ]),
  );
  for (const { label, ...probe } of probes) {
    const outcome = outcomeOf(await classifier.classify(probe), label);
    for (const key of /** @type {const} */ (['rankedFirst', 'oneOf', 'unknown', 'wrong']))
      tally[key].count(label, outcome[key]);
    tally.answered.count(label, outcome.right || outcome.parent);
  }
  const accepted = async (probe) => (await classifier.classify(probe)).status === 'accepted';
  const strangers = samples.filter(
    ({ stratum, type }) => stratum === 'unknown' && !type.startsWith('receipts'),
  );
  const seen = located ? await locatedStrangers(embedder, strangers) : strangers;
  for (const [i, { type }] of strangers.entries()) tally.strangers.count(type, await accepted(seen[i]));
  for (const [i, probe] of kin.entries()) tally.kin.count(i, await accepted(probe));
  // Of a large gallery a thousand stand for all.
  for (const { label, ...probe } of references.slice(0, 1000))
    tally.again.count(label, outcomeOf(await classifier.classify(probe), label).right);
  await classifier.close();
  const cells = ['rankedFirst', 'answered', 'oneOf', 'unknown', 'wrong', 'strangers', 'kin', 'again'];
  return [name, String(probes.length), ...cells.map((key) => tally[key].text())];
}

/** Found once for all galleries. */
function locatedStrangers(embedder, strangers) {
  strangersFound ??= embedAll(
    embedder,
    strangers.map(({ file }) => file),
    { located: true, features: true },
  );
  return strangersFound;
}

function recordedOf({ vector, turned, negatives, views, features }) {
  return { vector, turned, negatives, views, features };
}

async function embedded(embedder, labelled, options = {}) {
  const vectors = await embedAll(
    embedder,
    labelled.map(({ picture }) => picture),
    { ...options, features: true },
  );
  return labelled.map(({ label }, i) => ({ label, ...vectors[i] }));
}

async function capturesOf(embedder, labelled) {
  const probes = [];
  for (const [i, { label, picture }] of labelled.entries()) {
    for (let seed = 0; seed < capturesEach; seed++)
      probes.push({ label, picture: await captured(picture, 1 + i * capturesEach + seed) });
  }
  return embedded(embedder, probes);
}

/** By type; the catalogue image first where there is one. */
function groupsOf(samples) {
  const groups = new Map();
  for (const sample of samples) groups.set(sample.type, [...(groups.get(sample.type) ?? []), sample]);
  for (const all of groups.values()) all.sort((a, b) => Number(b.catalogue) - Number(a.catalogue));
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
