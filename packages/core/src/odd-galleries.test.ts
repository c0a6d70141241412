/** Galleries that nobody meant: each is answered or refused with a reason, and no figure is NaN. */
import { describe, expect, it } from 'vitest';
import { describeChance } from './chance.ts';
import { createClassifier } from './classifier.ts';
import type { Classification } from './classifier-contract.ts';
import type { Cohort } from './cohort.ts';
import type { NewReference } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import { lintGallery } from './lint/index.ts';
import { spaceOf } from './manifest.ts';
import { createOperatingPoints } from './operating-point.ts';
import { createFakeEmbedder, createFakeGallery, randomUnit, tinyManifest } from './testing.ts';

const dimension = 48;
const manifest = { ...tinyManifest, output: { ...tinyManifest.output, dimension } };
const random = randomUnit(11);
const cohort: Cohort = [
  { name: 'covers', vectors: Array.from({ length: 120 }, () => random(dimension)) },
  { name: 'pages', vectors: Array.from({ length: 60 }, () => random(dimension)) },
];
const document = random(dimension);
const stranger = random(dimension);
const capture = (vector: Float32Array, cosine: number): Float32Array => {
  const noise = random(dimension);
  const along = noise.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  const away = noise.map((value, i) => value - along * vector[i]!);
  const scale = Math.sqrt(1 - cosine * cosine) / Math.hypot(...away);
  return vector.map((value, i) => cosine * value + scale * away[i]!);
};
const captured = capture(document, 0.85);

function create(
  references: readonly NewReference[],
  of: Cohort | undefined = cohort,
  asked = { fpir: 0.01 },
) {
  const embedder = createFakeEmbedder({
    same: { vector: document },
    captured: { vector: captured },
    stranger: { vector: stranger },
  });
  const gallery = { ...createFakeGallery(references), space: spaceOf(manifest) };
  const judge = { ...embedder, manifest, cohort: of };
  return { classifier: createClassifier({ embedder: judge, gallery, threshold: asked }), gallery, judge };
}

/** Every number of an answer is one. */
function assertNumbers({ threshold, evalue, score, margin, candidates }: Classification): void {
  const figures = [threshold.value, threshold.comparisons ?? 1, evalue ?? 1, score ?? 1, margin ?? 1];
  for (const figure of [...figures, ...candidates.map((one) => one.score)])
    expect(Number.isFinite(figure)).toBe(true);
  expect(threshold.value).toBeLessThan(1);
  if (evalue !== null) expect(describeChance(evalue)).not.toMatch(/NaN|Infinity/);
}

const one = (label: string, vector: Float32Array, i = 0): NewReference => ({
  id: `${label} ${i}`,
  label,
  vector,
});

describe('a gallery of', () => {
  it.each<[string, NewReference[], (string | null)[], string]>([
    ['one reference', [one('a', document)], ['a', 'a', null], 'below-threshold'],
    [
      'one label',
      Array.from({ length: 30 }, (_, i) => one('a', capture(document, 0.9), i)),
      ['a', 'a', null],
      'below-threshold',
    ],
    [
      'one picture under one label, again and again',
      Array.from({ length: 30 }, (_, i) => one('a', document, i)),
      ['a', 'a', null],
      'below-threshold',
    ],
    [
      'one picture under many labels',
      Array.from({ length: 30 }, (_, i) => one(`t${i}`, document)),
      [null, null, null],
      'below-threshold',
    ],
    [
      'one picture under many labels of one parent',
      Array.from({ length: 30 }, (_, i) => one(`form/${i}`, document)),
      ['form', 'form', null],
      'below-threshold',
    ],
    ['negatives only', [one(negativeLabel, document)], [null, null, null], 'empty-gallery'],
    ['nothing', [], [null, null, null], 'empty-gallery'],
  ])('%s', async (_, references, labels, reason) => {
    for (const of of [cohort, undefined]) {
      const { classifier, gallery, judge } = create(references, of);
      const answers = [];
      for (const source of ['same', 'captured', 'stranger']) {
        const answer = await classifier.classify(source);
        assertNumbers(answer);
        answers.push(answer);
      }
      expect(answers.map(({ label }) => label)).toEqual(labels);
      expect(answers[2]!.reason).toBe(reason);
      // Typical thresholds, which `info` and `lint` rest on, are figures too.
      const { value } = await classifier.threshold();
      expect(value > 0 && value < 1).toBe(true);
      const points = createOperatingPoints(gallery, judge);
      const { warnings } = await lintGallery(gallery, {
        reached: async (vector, match) => {
          const { threshold } = await points.at({ fpir: 0.01 }, { vector, matches: [match] });
          return match.score >= threshold.value ? threshold.value : undefined;
        },
      });
      // JSON has no NaN: it would be null.
      expect(JSON.stringify(warnings.map(({ warning }) => warning))).not.toContain('null');
    }
  });

  it('a picture that is negative and a label is neither', async () => {
    const { classifier } = create([one('a', document), one(negativeLabel, document)]);
    expect(await classifier.classify('same')).toMatchObject({ label: null, reason: 'negative-reference' });
  });

  it('a hundred thousand labels is no wall: the registered picture is itself', async () => {
    const { gallery, judge } = create([one('a', document)]);
    const large = {
      ...gallery,
      labels: async () => Array.from({ length: 100_000 }, (_, i) => ({ label: `t${i}`, references: 1 })),
    };
    const classifier = createClassifier({ embedder: judge, gallery: large });
    const answer = await classifier.classify('same');
    assertNumbers(answer);
    expect(answer).toMatchObject({ label: 'a', threshold: { fpir: 0.01, comparisons: 100_000 } });
    expect(await classifier.classify('stranger')).toMatchObject({ reason: 'below-threshold' });
  });

  it("the user's own documents, which are among the strangers too, still know the picture itself", async () => {
    const own: Cohort = [{ name: 'covers', vectors: [document, ...cohort[0]!.vectors] }, cohort[1]!];
    const { classifier } = create([one('a', document), one('b', random(dimension))], own);
    const answer = await classifier.classify('same');
    assertNumbers(answer);
    expect(answer.label).toBe('a');
    const other = await classifier.classify('stranger');
    assertNumbers(other);
    expect(other.label).toBeNull();
  });

  it('strangers that are all one picture', async () => {
    const twins: Cohort = [{ name: 'twins', vectors: new Array(60).fill(stranger) }];
    const { classifier } = create([one('a', document)], twins);
    const answers = [await classifier.classify('same'), await classifier.classify('stranger')];
    for (const answer of answers) assertNumbers(answer);
    expect(answers.map(({ label }) => label)).toEqual(['a', null]);
  });
});
