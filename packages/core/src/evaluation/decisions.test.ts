import { describe, expect, it } from 'vitest';
import { createClassifier } from '../classifier.ts';
import type { Cohort } from '../cohort.ts';
import { negativeLabel } from '../labels.ts';
import { spaceOf } from '../manifest.ts';
import { createFakeEmbedder, createFakeGallery, direction, randomUnit, tinyManifest } from '../testing.ts';
import { countDecisions } from './decisions.ts';
import { sweepGallerySizes } from './gallery-size.ts';
import { groupImages, type LabelledVector } from './labelled-images.ts';
import { drawGalleries, searchData } from './searches.ts';

const at = (label: string, degrees: number): LabelledVector => ({
  label,
  vector: Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
});

function count(
  items: readonly LabelledVector[],
  options: { threshold: number; margin?: number; negatives?: Float32Array[] },
  strangers: readonly Float32Array[] = [],
) {
  const data = searchData(groupImages(items), strangers);
  const { threshold, ...others } = options;
  return countDecisions(data, { operatingPoint: { asked: threshold }, galleryDraws: 1, seed: 0, ...others });
}

// Types of two equal images, so that whichever is drawn, the other is a probe with a known answer.
const pair = (label: string, degrees: number) => [at(label, degrees), at(label, degrees)];

it('backs off to the parent where siblings are too near', () => {
  // Scores of 1 and (1 + cos 5°) / 2 = 0.998: nearer than 0.01.
  const forms = [...pair('form/gen-1', 0), ...pair('form/gen-2', 5), ...pair('id', 90)];
  const answers = count(forms, { threshold: 0.9 });
  expect(answers).toMatchObject({ searches: 3, right: 1, ancestor: 2, parentRight: 0, wrong: 0, unknown: 0 });
  expect(answers.depths).toEqual([
    { depth: 1, searches: 3, right: 3, open: 0, wrong: 0 },
    { depth: 2, searches: 2, right: 0, open: 2, wrong: 0 },
  ]);
  expect(count(forms, { threshold: 0.9, margin: 0.001 })).toMatchObject({ right: 3, ancestor: 0 });
});

it('knows a right parent with a wrong child from a wrong answer, by segments and not by text', () => {
  // The lone image of form/b stands nearer to form/a, that of fo to form/a too.
  const items = [at('form/a', 0), at('form/b', 60), at('form/b', 1), at('fo', 120), at('fo', 2)];
  const found = [0, 1, 2, 3].map((seed) => {
    return countDecisions(searchData(groupImages(items)), {
      operatingPoint: { asked: 0.5 },
      margin: 0,
      galleryDraws: 1,
      seed,
    });
  });
  for (const { searches, right, ancestor, parentRight, wrong, unknown } of found) {
    expect(right + ancestor + parentRight + wrong + unknown).toBe(searches);
  }
  // When 60 and 120 degrees stand for their types, the probes at 1 and 2 degrees are form/a.
  expect(found.some(({ parentRight, wrong }) => parentRight === 1 && wrong === 1)).toBe(true);
});

it('counts what the threshold and negative references refuse', () => {
  const items = [...pair('a', 0), ...pair('b', 90)];
  expect(count(items, { threshold: 0.9, negatives: [at('', 0).vector, at('', 90).vector] }).unknown).toBe(2);
  // A negative reference at b's own place: a tie rejects.
  expect(count(items, { threshold: 0.9, negatives: [at('', 90).vector] })).toMatchObject({
    right: 1,
    unknown: 1,
  });
});

it('searches strangers, or each image among the other types', () => {
  const items = [...pair('a', 0), ...pair('b', 20), ...pair('c', 180)];
  // Without their own type, a and b are taken for each other: (1 + cos 20°) / 2 = 0.97.
  expect(count(items, { threshold: 0.9 }).nonMated).toEqual({ searches: 3, accepted: 2 });
  const strangers = [direction(0.99), direction(0)];
  expect(count(items, { threshold: 0.9 }, strangers).nonMated).toEqual({ searches: 2, accepted: 2 });
  expect(count([at('a', 0)], { threshold: 0.9 })).toMatchObject({ searches: 0, nonMated: null, depths: [] });
});

describe('beside strangers', () => {
  const dimension = 24;
  const random = randomUnit(3);
  const cohort: Cohort = [
    { name: 'one', vectors: Array.from({ length: 80 }, () => random(dimension)) },
    { name: 'other', vectors: Array.from({ length: 50 }, () => random(dimension)) },
  ];
  const manifest = { ...tinyManifest, output: { ...tinyManifest.output, dimension } };
  const near = (centre: Float32Array, noise: number) => {
    const away = random(dimension);
    const vector = centre.map((value, i) => value + noise * away[i]!);
    return vector.map((value) => value / Math.hypot(...vector));
  };
  // Thirty types; ten of them look alike, and four share a parent.
  const layout = random(dimension);
  const types = Array.from({ length: 30 }, (_, i) => ({
    label: i < 4 ? `form/${i}` : `t${i}`,
    centre: i < 10 ? near(layout, 0.12) : random(dimension),
  }));
  const items = types.flatMap(({ label, centre }, i) =>
    Array.from({ length: 3 }, () => ({ label, vector: near(centre, i < 10 ? 0.12 : 0.6) })),
  );
  const strangers = Array.from({ length: 12 }, (_, i) => (i < 4 ? near(layout, 0.2) : random(dimension)));
  const negatives = [strangers[11]!, random(dimension)];
  const corner = (x: number, y: number) => ({ x, y });
  const cut = {
    found: 'located',
    angle: 0,
    corners: [corner(0, 0), corner(9, 0), corner(9, 9), corner(0, 9)],
  } as const;

  it.each([
    [{ fpir: 0.01 }, undefined, 0],
    [{ fpir: 0.3 }, 0.03, 0],
    [{ fpr: 1e-3 }, undefined, 0],
    [0.8, undefined, 0],
    [{ fpir: 0.01 }, undefined, 3],
    [0.8, undefined, 3],
  ] as const)(
    'gives the answers of the classifier: %j, margin %s, %i further views',
    async (asked, margin, more) => {
      // Some come nearer to the type than the image itself does, some to another type.
      const further = (vector: Float32Array) => Array.from({ length: more }, () => near(vector, 0.5));
      const probes = new Map(
        [...items.map(({ vector }) => vector), ...strangers].map((v) => [v, further(v)]),
      );
      const viewsOf = (vector: Float32Array) => [vector, ...probes.get(vector)!];
      const images = groupImages(items.map((item) => ({ ...item, views: viewsOf(item.vector) })));
      const data = searchData(images, strangers.map(viewsOf));
      const options = { operatingPoint: { asked, judge: { manifest, cohort } }, margin, negatives };
      const counts = countDecisions(data, { ...options, galleryDraws: 1, seed: 5 });

      const [drawn] = drawGalleries(images, images.labels.length, 1, 5);
      const sources = [...images.vectors, ...strangers];
      const embedder = createFakeEmbedder(
        Object.fromEntries(
          sources.map((vector, i) => {
            const located = probes.get(vector)!.map((view) => ({ ...cut, vector: view }));
            return [String(i), { vector, located }];
          }),
        ),
      );
      const gallery = createFakeGallery([
        ...[...drawn!].map(([type, image]) => ({
          id: String(image),
          label: images.labels[type]!,
          vector: images.vectors[image]!,
        })),
        ...negatives.map((vector, i) => ({ id: `none ${i}`, label: negativeLabel, vector })),
      ]);
      const judge = { ...embedder, manifest, cohort };
      const space = spaceOf(manifest);
      const classifier = createClassifier({
        embedder: judge,
        gallery: { ...gallery, space },
        threshold: asked,
      });
      const expected = { right: 0, other: 0, unknown: 0, oneOf: 0, accepted: 0 };
      const thresholds: number[] = [];
      for (const [i] of sources.entries()) {
        if ([...drawn!.values()].includes(i)) continue;
        const { label, oneOf, threshold } = await classifier.classify(String(i), { margin });
        if (i >= images.vectors.length) {
          if (label !== null) expected.accepted++;
          continue;
        }
        thresholds.push(threshold.value);
        if (label === null) expected.unknown++;
        else if (label === images.labels[images.typeOf[i]!]) expected.right++;
        else expected.other++;
        if (oneOf.length > 0) expected.oneOf++;
      }
      const { right, ancestor, parentRight, wrong } = counts;
      expect(expected).toEqual({
        right,
        other: ancestor + parentRight + wrong,
        unknown: counts.unknown,
        oneOf: counts.oneOf,
        accepted: counts.nonMated?.accepted,
      });
      expect(counts.searches).toBe(60);
      thresholds.sort((a, b) => a - b);
      expect(counts.threshold).toBeCloseTo(thresholds[30]!, 6);
      // What is told apart here is not empty.
      expect(right).toBeGreaterThan(10);
      if (margin === undefined && more === 0) expect(counts.oneOf).toBeGreaterThan(0);
      const [size] = sweepGallerySizes(data, { ...options, sizes: [30], galleryDraws: 1, seed: 5 });
      expect(size).toMatchObject({
        threshold: counts.threshold,
        misses: counts.unknown / 60,
        fpir: expected.accepted / 12,
      });
    },
  );
});
