/**
 * Of documents of no registered type, how many are accepted when `{ fpir }` asks for a share of them?
 * And what does that cost those of registered types?
 *
 * Galleries of 10, 50 and 150 types of the development benchmark, one reference each, drawn anew 60 times.
 * `npm run bench -- operating-points`.
 */
import { decide, effectiveComparisons, fprAtScore, measureDensity, resolveThreshold } from '@docclf/node';
import { readDevBenchmark, shuffled } from './lib/dev-benchmark.js';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable } from './lib/report.js';
import { quantile } from './lib/statistics.js';

const draws = Number(process.argv[2] ?? 60);
const rates = [0.01, 0.03, 0.1];
const sizes = [10, 50, 150];
const resamples = 400;

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('operating points: the share of unknown documents that is accepted');
  measure(benchmark);
}

/** @param {NonNullable<typeof benchmark>} data */
function measure({ samples, vectors, manifest, scores }) {
  /** @type {Map<string, typeof samples>} */
  const types = new Map();
  for (const sample of samples) {
    if (sample.stratum === 'unknown') continue;
    types.set(sample.type, [...(types.get(sample.type) ?? []), sample]);
  }
  const names = [...types.keys()].sort();
  const unknown = samples.filter(({ stratum }) => stratum === 'unknown');
  const isCropped = ({ stratum }) => stratum !== 'photos';

  const at = (fpir, comparisons) => resolveThreshold({ fpir }, manifest, comparisons);
  /** Every way to a threshold: from the gallery and the rate that was asked for. */
  const ways = {
    'one threshold, fpr 0.001': () => resolveThreshold({ fpr: 1e-3 }, manifest),
    'types are independent': (gallery, fpir) => at(fpir, gallery.references.length),
    'built in': (gallery, fpir) => at(fpir, gallery.comparisons),
  };

  /** One reference a type: the catalogue image if there is one, else one cut out of its photo if there is one. */
  function drawGallery(size, random) {
    const chosen = shuffled(names, random).slice(0, size);
    const references = chosen.map((name) => {
      const all = types.get(name);
      const cropped = all.filter(isCropped);
      const catalogue = cropped.filter((sample) => sample.catalogue);
      const best = [catalogue, cropped, all].find((list) => list.length > 0);
      return best[Math.floor(random() * best.length)];
    });
    const density = measureDensity(
      references.map(({ type, index }) => ({ label: type, vector: vectors[index] })),
      manifest,
    );
    const comparisons = effectiveComparisons({ labels: size, references: size }, density);
    return { types: new Set(chosen), references, comparisons };
  }

  /** As the classifier answers: the best label, unless a tie or the threshold forbids it. */
  function answer(probe, gallery, threshold) {
    const matches = gallery.references
      .map(({ index, type }) => ({ id: type, label: type, score: scores[probe.index][index] }))
      .sort((a, b) => b.score - a.score);
    return decide(matches.slice(0, 6), threshold);
  }

  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const rows = [];
  for (const size of sizes) {
    const random = randomFrom(1);
    const galleries = Array.from({ length: draws }, () => drawGallery(size, random));
    for (const [way, thresholdOf] of Object.entries(ways)) {
      for (const rate of way.startsWith('one') ? [null] : rates) {
        /** Per unknown document, and per type: how many searches, how many of them accepted. */
        const tallies = {
          unknown: new Map(),
          others: new Map(),
          photos: new Map(),
          missed: new Map(),
          wrong: new Map(),
        };
        const count = (tally, key, hit) => {
          const [hits, cases] = tallies[tally].get(key) ?? [0, 0];
          tallies[tally].set(key, [hits + (hit ? 1 : 0), cases + 1]);
        };
        const thresholds = [];
        for (const gallery of galleries) {
          const threshold = thresholdOf(gallery, rate);
          thresholds.push(threshold.value);
          for (const probe of unknown) {
            count('unknown', probe.index, answer(probe, gallery, threshold).label !== null);
          }
          for (const name of names) {
            for (const probe of types.get(name)) {
              if (gallery.types.has(name)) {
                if (!isCropped(probe) || gallery.references.includes(probe)) continue;
                const { label } = answer(probe, gallery, threshold);
                count('missed', name, label === null);
                // An ancestor of both is not wrong.
                count('wrong', name, label !== null && label !== name && !name.startsWith(`${label}/`));
              } else {
                const accepted = answer(probe, gallery, threshold).label !== null;
                count(isCropped(probe) ? 'others' : 'photos', name, accepted);
              }
            }
          }
        }
        const cell = (tally) => {
          const { value, low, high } = shareWithInterval([...tallies[tally].values()]);
          return `${percent(value)} (${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)})`;
        };
        const asked = rate === null ? '-' : percent(rate);
        rows.push([
          `${size} types, ${way}`,
          asked,
          quantile(thresholds, 0.5).toFixed(3),
          cell('unknown'),
          cell('others'),
          cell('photos'),
          cell('missed'),
          cell('wrong'),
        ]);
      }
    }
  }
  console.log(
    `${names.length} types, ${unknown.length} unknown documents, ${draws} galleries a size. Accepted: unknown documents, cut out\n` +
      'documents of types that are not registered, photos of these as taken. Missed, wrong: cut out documents of registered\n' +
      'types. In parentheses 95 % of what resampled unknown documents (first) or types give.\n',
  );
  printTable(['gallery', 'asked', 'threshold', 'unknown', 'other types', 'photos', 'missed', 'wrong'], rows);
  compareAtOneRate();

  /**
   * Each way with the one constant added that makes its share of unknown documents exactly what is asked,
   * over all sizes of gallery together: what is left is how well it ranks, and how it follows the size.
   */
  function compareAtOneRate() {
    const random = randomFrom(3);
    const galleries = sizes.flatMap((size) =>
      Array.from({ length: draws }, () => ({ size, ...drawGallery(size, random) })),
    );
    // -ln of the comparisons that would be needed to reach a score by chance: 1 more is e times as seldom.
    const rarity = (score) => -Math.log(-Math.log1p(-fprAtScore(score, manifest)));
    const kin = manifest.impostorScores.table.at(-1).score;
    const perLabel =
      (weight) =>
      (gallery, { index, score }) => {
        const nearest = gallery.nearest.get(index);
        return rarity(score) - Math.log(gallery.comparisons) - weight * (nearest - gallery.median);
      };
    for (const gallery of galleries) {
      gallery.nearest = new Map(
        gallery.references.map(({ index }) => {
          const others = gallery.references.map((other) => scores[index][other.index]);
          return [index, rarity(Math.max(0.5, ...others.filter((score) => score < kin)))];
        }),
      );
      gallery.median = quantile([...gallery.nearest.values()], 0.5);
    }
    const compared = {
      'one threshold': (_, { score }) => score,
      'built in': (gallery, { score }) => rarity(score) - Math.log(gallery.comparisons),
      'per label, a tenth': perLabel(0.1),
      'per label, a quarter': perLabel(0.25),
      'per label, in full': perLabel(1),
    };
    const bestOf = (probe, gallery) => {
      let best = { index: -1, type: '', score: -1 };
      for (const { index, type } of gallery.references) {
        const score = scores[probe.index][index];
        if (score > best.score) best = { index, type, score };
      }
      return best;
    };
    const searches = galleries.map((gallery) => ({
      gallery,
      strangers: unknown.map((probe) => bestOf(probe, gallery)),
      mates: gallery.references.flatMap((reference) =>
        types
          .get(reference.type)
          .filter((probe) => probe !== reference && isCropped(probe))
          .map((probe) => ({ truth: reference.type, best: bestOf(probe, gallery) })),
      ),
    }));
    const table = Object.entries(compared).map(([way, rank]) => {
      const cells = [0.01, 0.1].flatMap((rate) => {
        const strangers = searches.flatMap(({ gallery, strangers: found }) =>
          found.map((best) => ({ size: gallery.size, value: rank(gallery, best) })),
        );
        const cut = quantile(
          strangers.map(({ value }) => value),
          1 - rate,
        );
        const mates = searches.flatMap(({ gallery, mates: found }) =>
          found.map(({ truth, best }) => truth !== best.type || rank(gallery, best) < cut),
        );
        const bySize = sizes.map((size) => {
          const those = strangers.filter((each) => each.size === size);
          return percent(those.filter(({ value }) => value >= cut).length / those.length);
        });
        return [percent(mates.filter(Boolean).length / mates.length), bySize.join(', ')];
      });
      return [way, ...cells];
    });
    console.log('Tuned to accept just that share of the unknown documents, over all three sizes together\n');
    const head = [0.01, 0.1].flatMap((rate) => [
      `FNIR at FPIR ${rate}`,
      `FPIR with ${sizes.join(', ')} types`,
    ]);
    printTable(['way', ...head], table);
  }
}

/** The share of all cases, and the middle 95 % of it over resampled groups. */
function shareWithInterval(groups) {
  const random = randomFrom(2);
  const shareOf = (chosen) => {
    const [hits, cases] = chosen.reduce(([h, c], [hit, all]) => [h + hit, c + all], [0, 0]);
    return hits / cases;
  };
  const resampled = Array.from({ length: resamples }, () =>
    shareOf(groups.map(() => groups[Math.floor(random() * groups.length)])),
  );
  return { value: shareOf(groups), low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
}
