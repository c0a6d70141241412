/**
 * Of documents of no registered type, how many are accepted when `{ fpir }` asks for a share of them?
 *
 * Galleries of 10, 50 and 150 types, one reference each, drawn from the development benchmark. Eight ways
 * to make a threshold are compared on random halves of the types and of the unknown documents: chosen on
 * one half, reported on the other. `npm run bench -- operating-points`.
 */
import { effectiveComparisons, overlapOf, resolveThreshold } from '@docclf/node';
import { readDevBenchmark, shuffled } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable } from './lib/report.js';
import { quantile } from './lib/statistics.js';

const rates = [0.01, 0.1];
const splits = Number(process.argv[2] ?? 24);
const draws = 60;

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('operating points: the share of unknown documents that is accepted');
  measure(benchmark);
}

/** @param {NonNullable<typeof benchmark>} data */
function measure({ samples, vectors, manifest, scores }) {
  const { table } = manifest.impostorScores;
  /** @type {Map<string, typeof samples>} */
  const types = new Map();
  for (const sample of samples) {
    if (sample.stratum === 'unknown') continue;
    types.set(sample.type, [...(types.get(sample.type) ?? []), sample]);
  }
  const names = [...types.keys()].sort();
  const unknown = samples.filter(({ stratum }) => stratum === 'unknown');
  const known = samples.filter(({ stratum }) => stratum !== 'unknown');
  const twins = new Set(
    unknown.filter((probe) => known.some((sample) => scores[probe.index][sample.index] > 0.95)),
  );
  const isCropped = ({ stratum }) => stratum !== 'photos';

  const at = (fpir, comparisons) => resolveThreshold({ fpir }, manifest, comparisons).value;
  /** Every way to a threshold: from the references and the rate that was asked for. */
  const ways = {
    'one threshold, fpr 0.001': () => resolveThreshold({ fpr: 1e-3 }, manifest).value,
    'types are independent': (g, fpir) => at(fpir, g.count),
    'participation ratio': (g, fpir) => at(fpir, g.count / (1 + (g.count - 1) * g.overlap)),
    'effective comparisons': (g, fpir) => at(fpir, effectiveComparisons(g.count, g.overlap)),
    'count ^ 0.9': (g, fpir) => at(fpir, g.count ** 0.9),
    'count ^ 0.8': (g, fpir) => at(fpir, g.count ** 0.8),
    // So many that the table's median of the best equals that of the references among themselves.
    'density of the gallery': (g, fpir) => at(fpir, Math.max(1, Math.LN2 / fprAt(quantile(g.nearest, 0.5)))),
    'nearest other reference': (g, fpir) => quantile(g.nearest, 1 - fpir),
  };
  const chosen = 'effective comparisons';

  /** The rate that the table gives a score. */
  function fprAt(score) {
    const next = table.findIndex((row) => row.score >= score);
    if (next <= 0) return table[next === 0 ? 0 : table.length - 1].fpr;
    const [high, low] = [table[next - 1], table[next]];
    return high.fpr * (low.fpr / high.fpr) ** ((score - high.score) / (low.score - high.score));
  }

  /** One reference a type: the catalogue image if there is one, else one cut out of its photo if there is one. */
  function drawGallery(from, size, random) {
    const chosenTypes = shuffled(from, random).slice(0, size);
    const references = chosenTypes.map((name) => {
      const all = types.get(name);
      const cropped = all.filter(isCropped);
      const catalogue = cropped.filter((sample) => sample.catalogue);
      const best = [catalogue, cropped, all].find((list) => list.length > 0);
      return best[Math.floor(random() * best.length)];
    });
    const nearest = references.map((a) =>
      Math.max(...references.map((b) => (a === b ? 0 : scores[a.index][b.index]))),
    );
    const overlap = overlapOf(references.map(({ index }) => vectors[index]));
    return { types: new Set(chosenTypes), references, nearest, overlap, count: references.length };
  }

  const best = (probe, gallery) =>
    Math.max(...gallery.references.map((reference) => scores[probe.index][reference.index]));
  const shareAtLeast = (values, threshold) =>
    values.filter((value) => value >= threshold).length / values.length;
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const kept = (values) => values.filter((value) => !Number.isNaN(value));

  /** For each way and rate the mean share accepted, of `others` cut out and unknown ones together. */
  function accepted(from, unknownOnes, size, count, random) {
    const got = Object.fromEntries(
      rates.map((rate) => [rate, Object.fromEntries(Object.keys(ways).map((way) => [way, []]))]),
    );
    for (let i = 0; i < count; i++) {
      const gallery = drawGallery(from, size, random);
      const others = from.filter((name) => !gallery.types.has(name)).flatMap((name) => types.get(name));
      const probes = [...unknownOnes, ...others.filter(isCropped)].map((probe) => best(probe, gallery));
      for (const rate of rates) {
        for (const [way, threshold] of Object.entries(ways)) {
          got[rate][way].push(shareAtLeast(probes, threshold(gallery, rate)));
        }
      }
    }
    return Object.fromEntries(
      rates.map((rate) => [
        rate,
        Object.fromEntries(Object.entries(got[rate]).map(([way, values]) => [way, mean(values)])),
      ]),
    );
  }

  const percent = (share) => `${(100 * share).toFixed(2)} %`;

  // Chosen on one half, reported on the other.
  const wins = Object.fromEntries(Object.keys(ways).map((way) => [way, 0]));
  const halfSizes = [10, 50, 80];
  const winnerOf = 'best on the other half';
  const reported = Object.fromEntries(
    [...Object.keys(ways), winnerOf].map((way) => [way, rates.map(() => halfSizes.map(() => []))]),
  );
  for (let split = 0; split < splits; split++) {
    const random = randomFrom(split + 1);
    const halves = shuffled(names, random);
    const middle = names.length >> 1;
    const strangers = shuffled(unknown, random);
    const strangersMiddle = unknown.length >> 1;
    const onFirst = halfSizes.map((size) =>
      accepted(halves.slice(0, middle), strangers.slice(0, strangersMiddle), size, 10, random),
    );
    const onSecond = halfSizes.map((size) =>
      accepted(halves.slice(middle), strangers.slice(strangersMiddle), size, 10, random),
    );
    const distance = (way) =>
      mean(
        onFirst.flatMap((got) =>
          rates.map((rate) => Math.abs(Math.log(Math.max(got[rate][way], rate / 10) / rate))),
        ),
      );
    const winner = Object.keys(ways).reduce((a, b) => (distance(b) < distance(a) ? b : a));
    wins[winner]++;
    for (const way of Object.keys(reported)) {
      rates.forEach((rate, r) => {
        halfSizes.forEach((_, s) => {
          reported[way][r][s].push(onSecond[s][rate][way === winnerOf ? winner : way] / rate);
        });
      });
    }
  }
  console.log(
    `Got over asked on the half that was not used to choose: mean of ${splits} splits (a tenth below, a tenth above)\n`,
  );
  printTable(
    ['way', ...rates.flatMap((rate) => halfSizes.map((size) => `${size} types, ${rate}`)), 'times best'],
    Object.keys(reported).map((way) => [
      way,
      ...reported[way].flatMap((bySize) =>
        bySize.map(
          (ratios) =>
            `${mean(ratios).toFixed(2)} (${quantile(ratios, 0.1).toFixed(2)}-${quantile(ratios, 0.9).toFixed(2)})`,
        ),
      ),
      String(wins[way] ?? splits),
    ]),
  );

  // All types: the only way to 150 of them.
  const random = randomFrom(1);
  const sizes = [10, 50, 150];
  const whole = sizes.map((size) => accepted(names, unknown, size, draws, random));
  console.log('All types: share of unknown and of other, cut out documents that is accepted\n');
  printTable(
    ['way', ...rates.flatMap((rate) => sizes.map((size) => `${size} types, ${rate}`))],
    Object.keys(ways).map((way) => [
      way,
      ...rates.flatMap((rate) => whole.map((got) => percent(got[rate][way]))),
    ]),
  );

  // Apart, for the way that was chosen, with what it costs.
  const rows = [];
  for (const size of sizes) {
    for (const rate of [...rates, 'one threshold']) {
      const parts = {
        unknown: [],
        cropped: [],
        photos: [],
        withoutTwins: [],
        missed: [],
        wrong: [],
        thresholds: [],
      };
      for (let i = 0; i < draws; i++) {
        const gallery = drawGallery(names, size, random);
        const threshold =
          rate === 'one threshold' ? ways['one threshold, fpr 0.001']() : ways[chosen](gallery, rate);
        const others = names.filter((name) => !gallery.types.has(name)).flatMap((name) => types.get(name));
        const share = (probes) =>
          shareAtLeast(
            probes.map((probe) => best(probe, gallery)),
            threshold,
          );
        parts.unknown.push(share(unknown));
        parts.withoutTwins.push(share(unknown.filter((probe) => !twins.has(probe))));
        parts.cropped.push(share(others.filter(isCropped)));
        parts.photos.push(share(others.filter((probe) => !isCropped(probe))));
        const mates = gallery.references.flatMap((reference) =>
          types
            .get(reference.type)
            .filter((sample) => sample !== reference && isCropped(sample))
            .map((probe) => ({
              probe,
              own: scores[probe.index][reference.index],
              top: best(probe, gallery),
            })),
        );
        parts.missed.push(mates.filter(({ top }) => top < threshold).length / mates.length);
        parts.wrong.push(mates.filter(({ own, top }) => top >= threshold && own < top).length / mates.length);
        parts.thresholds.push(threshold);
      }
      const column = (values) => percent(mean(kept(values)));
      rows.push([
        `${size} types, ${rate}`,
        mean(parts.thresholds).toFixed(3),
        column(parts.unknown),
        column(parts.withoutTwins),
        column(parts.cropped),
        column(parts.photos),
        column(parts.missed),
        column(parts.wrong),
      ]);
    }
  }
  console.log(
    `The way that is built in, by kind of probe; missed and wrong: cut out documents of registered types\n`,
  );
  printTable(
    ['asked', 'threshold', 'unknown', 'without twins', 'other types', 'uncropped photos', 'missed', 'wrong'],
    rows,
  );
  console.log(
    `  Twins are ${twins.size} of ${unknown.length} unknown documents that score above 0.95 with an image of a type: the same document.\n`,
  );
}
