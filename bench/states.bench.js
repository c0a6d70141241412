/**
 * Does a sub-label that names a state come back? One reference of each state of a document, drawn on one capture of it; probes
 * are other captures of the development benchmark in the same states, drawn elsewhere (`lib/states.js`).
 *
 * The documents of `aligned` and `filled` with at least two captures, receipts left out. Every other one is judged by the sub-label
 * that is nearest and by what the classifier answers; the references of a document are in a gallery with those of all others.
 * `npm run bench -- states [documents]`.
 */
import { createDocClassifier } from '@docclf/node';
import { readPicture } from './lib/captures.js';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';
import { encoded, knownStates, unseenStates, withState } from './lib/states.js';

const probesEach = 2;
const most = Number(process.argv[2] ?? 89);

const files = await devFiles();
if (files) {
  printHeading('states: does a sub-label that names a state come back?');
  const documents = await documentsOf(files);
  const sets = { 'known to training': knownStates, 'never seen in training': unseenStates };
  for (const [name, states] of Object.entries(sets)) {
    console.log(`${documents.length} documents; plain and ${states.length} states ${name}\n`);
    await measure(documents, ['plain', ...states]);
  }
  await measureBranch(documents);
}

/** By type, the catalogue image first. */
async function documentsOf(all) {
  const types = new Map();
  for (const [i, file] of all.entries()) {
    const sample = sampleOf(file, i);
    if (!['aligned', 'filled'].includes(sample.stratum) || sample.type.startsWith('receipts')) continue;
    types.set(sample.type, [...(types.get(sample.type) ?? []), sample]);
  }
  const several = [...types].filter(([, samples]) => samples.length > 1);
  several.sort(([a], [b]) => (a < b ? -1 : 1));
  // Evenly from all sources.
  const step = Math.max(1, several.length / most);
  const chosen = Array.from(
    { length: Math.min(most, several.length) },
    (_, i) => several[Math.floor(i * step)],
  );
  return chosen.map(([type, samples]) => ({
    type,
    files: samples.sort((a, b) => Number(b.catalogue) - Number(a.catalogue)).map(({ file }) => file),
  }));
}

/** A picture of the document in the state, as a JPEG; of probes the capture is never the reference's. */
async function picture({ type, files: [first, ...others] }, state, probe) {
  const seed = [...`${type} ${state} ${probe}`].reduce((sum, c) => Math.imul(sum, 31) + c.charCodeAt(0), 7);
  const random = randomFrom(seed);
  const file = probe === 0 ? first : others[Math.floor(random() * others.length)];
  return encoded(await withState(await readPicture(file), state, seed), 88);
}

async function measure(documents, states) {
  const classifier = await createDocClassifier({ locate: false });
  const plainLabel = (type, state) => (state === 'plain' ? type : `${type}/${state}`);
  for (const document of documents) {
    for (const state of states)
      await classifier.register(await picture(document, state, 0), {
        label: plainLabel(document.type, state),
      });
  }
  const rows = new Map([...states, 'all'].map((state) => [state, newRow()]));
  for (const document of documents) {
    for (const state of states) {
      for (let probe = 1; probe <= probesEach; probe++) {
        const truth = plainLabel(document.type, state);
        const result = await classifier.classify(await picture(document, state, probe), { topK: 1 });
        const { label, backedOffFrom } = result;
        const nearest = backedOffFrom ?? label ?? result.candidates[0].label;
        const rightType =
          label !== null && (label === document.type || label.startsWith(`${document.type}/`));
        for (const key of [state, 'all']) {
          const row = rows.get(key);
          row.nearest.count(document.type, nearest === truth);
          // Plain is the parent itself: an answer that backed off to it is not counted as right.
          row.right.count(document.type, label === truth && backedOffFrom === null);
          row.wrong.count(document.type, rightType && label !== truth && label !== document.type);
          row.type.count(document.type, rightType);
          row.seen.count(document.type, result.seen.length > 0);
        }
      }
    }
  }
  await classifier.close();
  const head = ['%', 'nearest right', 'answered right', 'wrong sub-label', 'type right', 'a word is said'];
  printTable(
    head,
    [...rows].map(([state, row]) => [
      state,
      ...['nearest', 'right', 'wrong', 'type', 'seen'].map((key) => row[key].text()),
    ]),
  );
}

function newRow() {
  return Object.fromEntries(['nearest', 'right', 'wrong', 'type', 'seen'].map((key) => [key, createShare()]));
}

/** One example of each state, shown on the first document, for all documents. */
async function measureBranch([shown, ...documents]) {
  const states = knownStates;
  const classifier = await createDocClassifier({ locate: false });
  for (const document of [shown, ...documents])
    await classifier.register(await picture(document, 'plain', 0), { label: document.type });
  for (const state of states)
    await classifier.register(await picture(shown, state, 0), { label: `*/${state}` });
  const rows = new Map(['plain', ...states, 'all'].map((state) => [state, [createShare(), createShare()]]));
  for (const document of documents) {
    for (const state of ['plain', ...states]) {
      const { states: held } = await classifier.classify(await picture(document, state, 1));
      for (const key of [state, 'all']) {
        const [right, wrong] = rows.get(key);
        right.count(document.type, state === 'plain' ? held.length === 0 : held.includes(state));
        wrong.count(
          document.type,
          held.some((name) => name !== state),
        );
      }
    }
  }
  await classifier.close();
  console.log(`One example of each state, on ${shown.type}, for ${documents.length} other documents\n`);
  printTable(
    ['%', 'right', 'wrong state'],
    [...rows].map(([state, shares]) => [state, ...shares.map((share) => share.text())]),
  );
}
