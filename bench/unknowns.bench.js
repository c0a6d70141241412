/**
 * Are the proposed types types, and how long does it take?
 *
 * All cut out documents of the benchmark are unknown: every group that holds images of one type only is a good
 * proposal. Images are not in the repository. `npm run bench -- unknowns`.
 */
import { clusterByScore, keepUnknown } from '@docclf/core/unknowns';
import { createMemoryGallery, spaceOf } from '@docclf/node';
import { readDevBenchmark } from './lib/dev-benchmark.js';
import { classifierOver } from './lib/recorded.js';
import { printHeading, printTable } from './lib/report.js';

const benchmark = await readDevBenchmark();
if (benchmark) {
  printHeading('unknowns: proposals from an inbox');
  const { samples, vectors, model } = benchmark;
  const cut = samples.filter(({ stratum }) => stratum === 'aligned' || stratum === 'filled');
  const several = new Set(cut.map(({ type }) => type).filter((type, i, all) => all.indexOf(type) !== i));
  const strangers = samples.filter(({ stratum }) => stratum === 'unknown');
  const documents = [...cut, ...strangers];
  // What `docclf unknowns` takes: the score that a gallery asks for in the middle. Here it knows other documents, as taken.
  const others = samples.filter(({ stratum, type }) => stratum === 'photos' && !several.has(type));
  const classifier = await classifierOver(
    model,
    [...new Map(others.map((sample) => [sample.type, sample])).values()].map(({ type, index }) => ({
      label: type,
      vector: vectors[index],
    })),
  );
  const { value } = await classifier.threshold();
  await classifier.close();
  console.log(
    `${cut.length} documents, ${several.size} types of two or more; with ${strangers.length} strangers among them. A gallery of\n` +
      `other documents asks for ${value.toFixed(3)} in the middle.\n`,
  );
  const rows = [value - 0.05, value, value + 0.05, value + 0.1].map((threshold) => {
    const groups = clusterByScore(
      documents.map(({ index }) => vectors[index]),
      threshold,
    ).filter((group) => group.length > 1);
    const types = groups.map((group) => new Set(group.map((i) => documents[i].type)));
    const pure = types.filter((one) => one.size === 1);
    const found = new Set(pure.flatMap((one) => [...one]).filter((type) => several.has(type)));
    return [
      threshold.toFixed(3),
      String(groups.length),
      `${((100 * pure.length) / groups.length).toFixed(1)} %`,
      `${((100 * found.size) / several.size).toFixed(1)} %`,
    ];
  });
  printTable(['threshold', 'proposals', 'of one type only', 'types proposed at least once'], rows);

  const inbox = await createMemoryGallery(spaceOf(model.manifest));
  const kept = [];
  for (const vector of vectors.slice(0, 500)) {
    const start = performance.now();
    await keepUnknown(inbox, { status: 'unknown', vector });
    kept.push(performance.now() - start);
  }
  console.log(`keeping one in memory: ${kept.sort((a, b) => a - b)[250].toFixed(3)} ms, median of 500\n`);
  const times = [256, 1024, 4096].map((count) => {
    const many = Array.from({ length: count }, (_, i) => vectors[i % vectors.length]);
    const start = performance.now();
    clusterByScore(many, value);
    return [String(count), `${((performance.now() - start) / 1000).toFixed(2)} s`];
  });
  printTable(['documents', 'clustering'], times);
}
