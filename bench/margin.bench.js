/**
 * From which difference of scores on is the better of two sub-labels the right one?
 *
 * Labels are paths: generations of one form (`amendment/1986_91`), series and sides of one banknote
 * (`eur/50/s1/back`). One reference each, the other images are probes, references are drawn anew each time.
 * `npm run bench -- margin`.
 */
import { decide, isWithin, resolveThreshold } from '@docclf/node';
import { readDevBenchmark } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable } from './lib/report.js';

const draws = Number(process.argv[2] ?? 60);
const margins = [0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05];

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('margin: sub-labels that cannot be told apart');
  measure('generations of forms', 'filled', /^vrdu_fara\/fara_([a-z]+)_(.*)$/);
  measure('series and sides of banknotes', 'aligned', /^banknotes_eur\/(eur)(\d+)_(s\d)_(.*)$/);
  measure('all cut out documents, by source', /aligned|filled/, /^([^/]+)\/(.*)$/);
}

/**
 * @param {string} title
 * @param {string | RegExp} stratum
 * @param {RegExp} pattern from a type to the segments of its label
 */
function measure(title, stratum, pattern) {
  const { samples, scores, manifest } = benchmark;
  const labelled = samples
    .filter((sample) => sample.stratum.match(stratum) && pattern.test(sample.type))
    .map((sample) => ({ ...sample, label: sample.type.match(pattern).slice(1).join('/') }));
  const labels = [...new Set(labelled.map(({ label }) => label))];
  const threshold = resolveThreshold({ fpir: 0.1 }, manifest, labels.length);
  const random = randomFrom(1);
  const counts = margins.map(() => ({ right: 0, ancestor: 0, wrong: 0, unknown: 0 }));
  /** Of the probes whose best and second label differ by less than so much: how often the best is right. */
  const within = margins.map(() => ({ probes: 0, right: 0 }));
  for (let draw = 0; draw < draws; draw++) {
    const references = labels.map((label) => {
      const own = labelled.filter((sample) => sample.label === label);
      return own[Math.floor(random() * own.length)];
    });
    for (const probe of labelled) {
      if (references.includes(probe)) continue;
      const matches = references
        .map(({ index, label }) => ({ id: label, label, score: scores[probe.index][index] }))
        .sort((a, b) => b.score - a.score);
      margins.forEach((margin, i) => {
        const { label } = decide(matches, threshold, { margin });
        if (label === null) counts[i].unknown++;
        else if (label === probe.label) counts[i].right++;
        else if (isWithin(probe.label, label)) counts[i].ancestor++;
        else counts[i].wrong++;
        if (matches[0].score < threshold.value || matches[0].score - matches[1].score >= margin) return;
        within[i].probes++;
        if (matches[0].label === probe.label) within[i].right++;
      });
    }
  }
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) =>
    whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`;
  const total = counts[0].right + counts[0].ancestor + counts[0].wrong + counts[0].unknown;
  console.log(`${title}: ${labels.length} labels, ${labelled.length} images\n`);
  printTable(
    ['margin', 'right', 'its ancestor', 'wrong', 'unknown', 'closer than that', 'of these the best is right'],
    margins.map((margin, i) => [
      String(margin),
      percent(counts[i].right, total),
      percent(counts[i].ancestor, total),
      percent(counts[i].wrong, total),
      percent(counts[i].unknown, total),
      percent(within[i].probes, total),
      percent(within[i].right, within[i].probes),
    ]),
  );
}
