/**
 * How much may happen to a page before its type is not answered any more?
 *
 * All types of the development benchmark that are cut out, one reference each; of each type two other images are probes, as they
 * are and after each change. Answers are the classifier's at its default, and for comparison those of the vector alone.
 * `npm run bench -- changes`; by itself it takes how many images of a type to ask about, and the names of the changes to try.
 */
import { createDocClassifier } from '@docclf/node';
import { readPicture } from './lib/captures.js';
import { changes } from './lib/changes.js';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { outcomeOf } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';

const [most = '2', ...asked] = process.argv.slice(2);

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
  const counts = new Map();
  const probes = samples
    .map((sample, i) => ({ ...sample, picture: pictures[i] }))
    .filter((sample, i) => {
      if (isReference.has(samples[i])) return false;
      counts.set(sample.type, (counts.get(sample.type) ?? 0) + 1);
      return counts.get(sample.type) <= Number(most);
    });
  for (const [name, change] of Object.entries(changes)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const tally = createTally();
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
    `${classifier.embedder.manifest.id}, ${types.length} types, ${probes.length} probes, ${rows.length - 1} changes. Answered right at the default, in percent with 95 % of what resampled types give; in\n` +
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
