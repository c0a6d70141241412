/**
 * The four promises on documents that the project drew itself: look-alike classes are told apart, one
 * reference a type is enough, a new type is added while running, a type can have sub-labels; and a
 * document of no registered type comes back unknown. And two letters that differ in nothing but their words are told apart.
 *
 * Prints a table and writes `output/contact-sheet.html`, each probe beside the reference it matched.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createDocClassifier, isWithin } from '@docclf/node';
import { renderContactSheet } from './contact-sheet.js';

const documents = new URL('../../fixtures/documents/', import.meta.url);
const output = new URL('../../output/', import.meta.url);

/** @typedef {{ file: string, label: string }} ReferencePicture */
/** @typedef {{ file: string, expected: string | null, shows: string }} ProbePicture */

/** @type {{ references: ReferencePicture[], addedWhileRunning: ReferencePicture[], probes: ProbePicture[] }} */
const index = JSON.parse(await readFile(new URL('index.json', documents), 'utf8'));
/** @type {{ references: ReferencePicture[], probes: ProbePicture[] }} */
const letters = JSON.parse(await readFile(new URL('look-alikes/index.json', documents), 'utf8'));

const classifier = await createDocClassifier();

// One image a type is all that it needs.
for (const { file, label } of index.references) {
  await classifier.register(new URL(file, documents), { label, id: file });
}
console.log(`Registered ${index.references.length} references, one each:\n`);
const labels = (await classifier.labels()).map(({ label }) => label);
for (const label of labels) console.log(`  ${label}`);

const newLabels = index.addedWhileRunning.map(({ label }) => label);
const isNew = ({ expected }) => newLabels.includes(expected);
const results = [];
const mark = { right: '✓', 'type right': '≈', wrong: '✗', before: ' ' };

await classifyAll(
  'Photos of known types, with other contents',
  index.probes.filter((probe) => probe.expected && !isNew(probe)),
);
await classifyAll(
  'Documents of no registered type',
  index.probes.filter((probe) => !probe.expected),
);
await classifyAll('A type that is not registered yet', index.probes.filter(isNew), { before: true });
for (const { file, label } of index.addedWhileRunning) {
  await classifier.register(new URL(file, documents), { label, id: file });
  console.log(`\nRegistered ${label} while running.`);
}
await classifyAll('The same photos again', index.probes.filter(isNew));

for (const { file, label } of letters.references) {
  await classifier.register(new URL(file, documents), { label, id: file });
}
await classifyAll('Two letters of one letterhead: a second look, at the print', letters.probes);

const right = results.filter(({ verdict }) => verdict === 'right').length;
const nearly = results.filter(({ verdict }) => verdict === 'type right').length;
const { threshold } = results[results.length - 1].decision;
console.log(
  `\n${right} of ${results.length} right, ${nearly} more with the right type and another or no sub-label.`,
);
console.log(
  `Threshold ${threshold.value.toFixed(3)}: ${100 * threshold.fpir} % of unknown documents may reach it.`,
);

await mkdir(output, { recursive: true });
const sheet = new URL('contact-sheet.html', output);
await writeFile(sheet, await renderContactSheet(results, documents));
console.log(`\nEvery probe beside the reference it matched: ${fileURLToPath(sheet)}`);
await classifier.close();

/**
 * @param {string} title
 * @param {ProbePicture[]} probes
 * @param {{ before?: boolean }} [options] before: the type is not registered yet, so no label of its own is due
 */
async function classifyAll(title, probes, { before = false } = {}) {
  console.log(`\n${title}\n`);
  const sources = probes.map(({ file }) => new URL(file, documents));
  for await (const outcome of classifier.classifyMany(sources)) {
    if (!outcome.ok) throw outcome.error;
    const probe = probes[outcome.index];
    const decision = outcome.result;
    const verdict = before ? 'before' : judge(decision.label, probe.expected);
    if (!before) results.push({ probe, decision, verdict });
    const from = decision.backedOffFrom ? `  (not certain: ${decision.backedOffFrom})` : '';
    const answer = decision.label
      ? decision.label + from
      : `unknown (nearest: ${decision.candidates[0]?.label})`;
    console.log(
      `  ${mark[verdict]} ${decision.score.toFixed(3)}  ${probe.file.replace(/^(probes|look-alikes)\/|\.jpg$/g, '').padEnd(36)} ${answer}`,
    );
    const told = decision.sight?.told;
    if (told)
      console.log(`${' '.repeat(48)}by ${told.places} places of its print that ${told.from} does not have`);
  }
}

/**
 * @param {string | null} label
 * @param {string | null} expected
 */
function judge(label, expected) {
  if (label === expected) return 'right';
  if (label === null || expected === null) return 'wrong';
  // Backed off: `form` for `form/stained`, right as far as it goes.
  if (isWithin(expected, label)) return 'type right';
  // `form/stained` answered as `form` or `form/glare`: both are states of one registered type.
  const sameType = labels.some((type) => isWithin(label, type) && isWithin(expected, type));
  return sameType ? 'type right' : 'wrong';
}
