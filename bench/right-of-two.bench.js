/**
 * Of two look-alikes, which one is it? Galleries of two, a probe of one of them: letters of one letterhead with other recipients, forms
 * of two companies on one layout filled by other hands, notes of one series, receipts beside the nearest other shop's. Drawn
 * documents come as simulated captures (`captured`), the others are photographs and scans, which are not in the repository.
 *
 * `npm run bench -- right-of-two`
 */
import { cosine, createDocClassifier } from '@docclf/node';
import { captured, drawLetter } from './lib/captures.js';
import { devFiles, sampleOf } from './lib/dev-benchmark.js';
import { drawForm } from './lib/drawn-forms.js';
import { printHeading, printTable } from './lib/report.js';
import { createShare } from './lib/shares.js';

/** @typedef {{ group: string, references: [own: unknown, other: unknown], probes: unknown[] }} Pair */

const drawnPairs = 20;
printHeading('right-of-two: which of two look-alikes is it?');
const rows = [];
await measure(
  'letters of one letterhead',
  await pairsOf((seed, kind, who) => drawLetter(2 * seed + kind, who)),
);
await measure('forms of one layout', await pairsOf((seed, kind, who) => drawForm(seed, kind, who)));
const files = await devFiles();
if (files) {
  const samples = files.map(sampleOf);
  await measure('notes of one series, front or back', notes(samples));
  await measure('receipts, beside the nearest other shop', await receipts(samples));
}
printTable(['pairs', 'look', 'probes', 'right', 'what both have in common, or neither', 'wrong'], rows);

/** @param {(seed: number, kind: 0 | 1, who: number) => Promise<unknown>} draw */
async function pairsOf(draw) {
  const pairs = [];
  for (let seed = 0; seed < drawnPairs; seed++) {
    const references = [await draw(seed, 0, 100 + seed), await draw(seed, 1, 200 + seed)];
    for (const kind of [0, 1]) {
      const probe = await captured(await draw(seed, kind, 300 + 2 * seed + kind), 40 + 2 * seed + kind);
      pairs.push({
        group: `${seed}`,
        references: kind === 0 ? references : references.toReversed(),
        probes: [probe],
      });
    }
  }
  return pairs;
}

/** @returns {Pair[]} */
function notes(samples) {
  const own = samples.filter(
    ({ stratum, type }) => stratum === 'aligned' && type.startsWith('banknotes_eur/'),
  );
  const types = [...new Set(own.map(({ type }) => type))];
  const referenceOf = (type) => {
    const all = own.filter((sample) => sample.type === type);
    return all.find(({ catalogue }) => catalogue) ?? all[0];
  };
  return types.flatMap((type) => {
    const side = type.slice(type.lastIndexOf('_'));
    const probes = own.filter((sample) => sample.type === type && sample !== referenceOf(type));
    return types
      .filter((other) => other !== type && other.endsWith(side))
      .map((other) => ({
        group: type,
        references: [referenceOf(type).file, referenceOf(other).file],
        probes: probes.map(({ file }) => file),
      }));
  });
}

async function receipts(samples) {
  const own = samples.filter(({ type }) => type.startsWith('receipts_sroie/'));
  const types = [...new Set(own.map(({ type }) => type))];
  const classifier = await createDocClassifier({ lint: false });
  const references = [];
  for (const type of types) {
    const { file } = own.find((sample) => sample.type === type);
    const { reference } = await classifier.register(file, { label: type });
    references.push({ type, file, vector: (await classifier.gallery.get(reference.id)).vector });
  }
  await classifier.close();
  return references.map(({ type, file, vector }) => {
    const [nearest] = references
      .filter((other) => other.type !== type)
      .sort((a, b) => cosine(b.vector, vector) - cosine(a.vector, vector));
    const probes = own.filter((sample) => sample.type === type && sample.file !== file);
    return { group: type, references: [file, nearest.file], probes: probes.map((sample) => sample.file) };
  });
}

/** @param {string} name @param {Pair[]} pairs */
async function measure(name, pairs) {
  const looks = [
    ['first', { secondLook: false }],
    ['second', {}],
  ];
  const tallies = looks.map(() => ({ right: createShare(), open: createShare(), wrong: createShare() }));
  for (const { group, references, probes } of pairs) {
    const classifier = await createDocClassifier({ lint: false });
    for (const [i, source] of references.entries())
      await classifier.register(source, { label: i === 0 ? 'kind/own' : 'kind/other' });
    for (const probe of probes) {
      for (const [at, [, options]] of looks.entries()) {
        const { label } = await classifier.classify(probe, options);
        tallies[at].right.count(group, label === 'kind/own');
        tallies[at].open.count(group, label === 'kind' || label === null);
        tallies[at].wrong.count(group, label === 'kind/other');
      }
    }
    await classifier.close();
  }
  process.stderr.write(`${name} done\n`);
  for (const [at, [look]] of looks.entries()) {
    const { right, open, wrong } = tallies[at];
    rows.push([name, look, right.cases, right.text(), open.text(), wrong.text()]);
  }
}
