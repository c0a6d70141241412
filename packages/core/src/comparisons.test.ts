import { describe, expect, it } from 'vitest';
import { direction, manifestJson, tinyManifest } from '../test/doubles.ts';
import { effectiveComparisons, measureDensity } from './comparisons.ts';
import { type ModelManifest, parseManifest } from './manifest.ts';
import { resolveThreshold } from './thresholds.ts';
import { cosine, scoreOfCosine } from './vector.ts';

/** Vector `i` of a set of which every two have this score. */
function corner(i: number, score: number, dimension = 12): Float32Array {
  const common = 2 * score - 1;
  const vector = new Float32Array(dimension);
  vector[0] = Math.sqrt(common);
  vector[i + 1] = Math.sqrt(1 - common);
  return vector;
}

const labelled = (vectors: readonly Float32Array[]) =>
  vectors.map((vector, i) => ({ label: String(i), vector }));

describe('measureDensity', () => {
  it('is how many comparisons a label amounts to, by the score that its references have', () => {
    // Half of the best of n comparisons reach what one reaches in 1 of 100: 0.99^n = 0.5, seen from 7 others.
    const eight = labelled(Array.from({ length: 8 }, (_, i) => corner(i, 0.62)));
    const { perLabel, labels, overlap } = measureDensity(eight, tinyManifest);
    expect(perLabel).toBeCloseTo(Math.log(0.5) / Math.log(0.99) / 7, 3);
    expect(labels).toBe(8);
    // The score 0.62 is the cosine 0.24.
    expect(overlap).toBeCloseTo(0.24 ** 2, 6);
  });

  it('is one to nobody: no references, one label, kin alone', () => {
    const unknown = { perLabel: 1, labels: 0 };
    expect(measureDensity([], tinyManifest)).toEqual({ ...unknown, overlap: 0 });
    const twice = [corner(0, 0.6), corner(1, 0.6)].map((vector) => ({ label: 'a', vector }));
    expect(measureDensity(twice, tinyManifest)).toMatchObject(unknown);
    const kin = labelled([direction(1), direction(1), direction(0.99), direction(0.98)]);
    expect(measureDensity(kin, tinyManifest)).toMatchObject(unknown);
  });

  it('is not moved by a few labels that have kin, near or far', () => {
    const apart = Array.from({ length: 8 }, (_, i) => corner(i, 0.55));
    const { perLabel } = measureDensity(labelled(apart), tinyManifest);
    // A twin beyond the table, and one within it.
    const nearly = Float32Array.from(apart[1]!);
    nearly[11] = 2;
    const length = Math.hypot(...nearly);
    const withKin = labelled([...apart, apart[0]!, nearly.map((value) => value / length)]);
    expect((measureDensity(withKin, tinyManifest).perLabel / perLabel) * (9 / 7)).toBeCloseTo(1, 6);
  });

  it('takes each label once, however many references it has', () => {
    const one = labelled(Array.from({ length: 4 }, (_, i) => corner(i, 0.6)));
    const more = [
      ...one,
      ...Array.from({ length: 5 }, (_, i) => ({ label: '0', vector: corner(i + 4, 0.6) })),
    ];
    expect(measureDensity(more, tinyManifest).labels).toBe(4);
    expect(measureDensity(more, tinyManifest).perLabel).toBeCloseTo(
      measureDensity(one, tinyManifest).perLabel,
      9,
    );
  });
});

describe('effectiveComparisons', () => {
  const alone = (overlap: number) => ({ overlap, perLabel: 1, labels: 0 });

  it.each([
    ['nothing, which a table cannot look up', 0, 0, 1],
    ['one reference', 1, 0, 1],
    ['unrelated references: each of them', 100, 0, 100],
    // Equal ones are one comparison by one bound and 100 by the other.
    ['equal references', 100, 1, 10],
    ['some overlap: 9 / sqrt(1 + 8 / 10)', 9, 0.1, 9 / Math.sqrt(1.8)],
  ])('counts by the table %s', (_, references, overlap, expected) => {
    expect(effectiveComparisons({ labels: references, references }, alone(overlap))).toBeCloseTo(
      expected,
      12,
    );
  });

  it('goes over to the gallery as more labels speak: with seven of them half way', () => {
    const gallery = (labels: number) => ({ overlap: 0, perLabel: 4, labels });
    // Geometric means of 20 x 4 and 20.
    expect(effectiveComparisons({ labels: 20, references: 20 }, gallery(7))).toBeCloseTo(40, 9);
    expect(effectiveComparisons({ labels: 20, references: 20 }, gallery(47))).toBeCloseTo(
      80 ** 0.9 * 20 ** 0.1,
      9,
    );
    expect(effectiveComparisons({ labels: 0, references: 0 }, gallery(47))).toBe(1);
  });
});

describe('the promise', () => {
  const random = seeded(7);
  const spread = (cone: number) => () => {
    const vector = Float32Array.from({ length: 24 }, (_, i) => normal(random) + (i === 0 ? cone : 0));
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };

  // The table is of documents of all kinds; a gallery and its strangers may be of one kind, all more alike.
  const manifest = tableOf(spread(0));

  /** Strangers accepted over strangers that may be, with thresholds for as many comparisons as `count` says. */
  function got(
    draw: () => Float32Array,
    size: number,
    fpir: number,
    count: (references: ReturnType<typeof labelled>) => number,
  ): number {
    let accepted = 0;
    for (let gallery = 0; gallery < 8; gallery++) {
      const references = labelled(Array.from({ length: size }, draw));
      const { value } = resolveThreshold({ fpir }, manifest, count(references));
      for (let probe = 0; probe < 500; probe++) {
        const vector = draw();
        const best = Math.max(...references.map((reference) => cosine(vector, reference.vector)));
        if (scoreOfCosine(best) >= value) accepted++;
      }
    }
    return accepted / (8 * 500) / fpir;
  }

  const builtIn = (references: ReturnType<typeof labelled>) =>
    effectiveComparisons(
      { labels: references.length, references: references.length },
      measureDensity(references, manifest),
    );

  it.each([
    [10, 0.02],
    [50, 0.02],
    [10, 0.1],
    [50, 0.1],
  ])('is kept within a factor of two by %d labels of all kinds for %d', (size, fpir) => {
    const ratio = got(spread(0), size, fpir, builtIn);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('is kept where all documents are of one kind, for which the table alone accepts several times too many', () => {
    const ratio = got(spread(1.8), 50, 0.1, builtIn);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    expect(got(spread(1.8), 50, 0.1, ({ length }) => length)).toBeGreaterThan(2.5);
  });
});

/** A manifest whose impostor table is that of pairs which `draw` makes. */
function tableOf(draw: () => Float32Array): ModelManifest {
  const vectors = Array.from({ length: 900 }, draw);
  const scores = vectors
    .flatMap((a, i) => vectors.slice(0, i).map((b) => scoreOfCosine(cosine(a, b))))
    .sort((a, b) => b - a);
  const table = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4].map((fpr) => ({
    fpr,
    score: scores[Math.floor(fpr * scores.length)]!,
  }));
  const json = manifestJson();
  return parseManifest({ ...json, impostorScores: { ...json.impostorScores, table } });
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    // Park and Miller's minimal standard generator.
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}
