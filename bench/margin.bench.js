/**
 * From which difference of scores on is the better of two sub-labels the right one?
 *
 * Labels are paths: generations of one form (`amendment/1986_91`), series and sides of one banknote
 * (`eur/50/s1/back`). One reference each, the other images are probes, references are drawn anew each time.
 * `npm run bench -- margin`.
 */
import { isWithin } from '@docclf/node';
import { readDevBenchmark } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { classifierOver } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';

const draws = Number(process.argv[2] ?? 20);
const margins = [0, 0.005, 0.01, 0.015, 0.02, 0.03];

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('margin: sub-labels that cannot be told apart');
  await measure('generations of forms', 'filled', /^vrdu_fara\/fara_([a-z]+)_(.*)$/);
  await measure('series and sides of banknotes', 'aligned', /^banknotes_eur\/(eur)(\d+)_(s\d)_(.*)$/);
  await measure('all cut out documents, by source', /aligned|filled/, /^([^/]+)\/(.*)$/);
}

/**
 * @param {string} title
 * @param {string | RegExp} stratum
 * @param {RegExp} pattern from a type to the segments of its label
 */
async function measure(title, stratum, pattern) {
  const { samples, vectors, model } = benchmark;
  const labelled = samples
    .filter((sample) => sample.stratum.match(stratum) && pattern.test(sample.type))
    .map((sample) => ({ ...sample, label: sample.type.match(pattern).slice(1).join('/') }));
  const labels = [...new Set(labelled.map(({ label }) => label))];
  const random = randomFrom(1);
  const counts = margins.map(() => ({ right: 0, ancestor: 0, wrong: 0, unknown: 0, oneOf: 0 }));
  /** Of the probes whose best and second label differ by less than so much: how often the best is right. */
  const within = margins.map(() => ({ probes: 0, right: 0 }));
  for (let draw = 0; draw < draws; draw++) {
    const references = labels.map((label) => {
      const own = labelled.filter((sample) => sample.label === label);
      return own[Math.floor(random() * own.length)];
    });
    const classifier = await classifierOver(
      model,
      references.map(({ label, index }) => ({ label, vector: vectors[index] })),
    );
    for (const probe of labelled) {
      if (references.includes(probe)) continue;
      for (const [i, margin] of margins.entries()) {
        const result = await classifier.classify({ vector: vectors[probe.index] }, { margin });
        const { label, oneOf, candidates, score, threshold } = result;
        if (label === null) counts[i][oneOf.length > 0 ? 'oneOf' : 'unknown']++;
        else if (label === probe.label) counts[i].right++;
        else if (isWithin(probe.label, label)) counts[i].ancestor++;
        else counts[i].wrong++;
        if (score < threshold.value || result.margin >= margin) continue;
        within[i].probes++;
        if (candidates[0].label === probe.label) within[i].right++;
      }
    }
    await classifier.close();
  }
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) =>
    whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`;
  const total = Object.values(counts[0]).reduce((sum, count) => sum + count, 0);
  console.log(`${title}: ${labels.length} labels, ${labelled.length} images\n`);
  printTable(
    [
      'margin',
      'right',
      'its ancestor',
      'wrong',
      'one of',
      'unknown',
      'closer than that',
      'of these the best is right',
    ],
    margins.map((margin, i) => [
      String(margin),
      percent(counts[i].right, total),
      percent(counts[i].ancestor, total),
      percent(counts[i].wrong, total),
      percent(counts[i].oneOf, total),
      percent(counts[i].unknown, total),
      percent(within[i].probes, total),
      percent(within[i].right, within[i].probes),
    ]),
  );
}
