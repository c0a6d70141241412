import { expect, it } from 'vitest';
import { thrownCode, tinyManifest } from '../testing.ts';
import { type Evaluation, evaluateVectors } from './evaluate.ts';
import type { LabelledVector } from './labelled-images.ts';
import { createRandom } from './random.ts';

/** A unit vector that differs from all others a little, near the axis of its type. */
function near(axis: number, seed: number, dimension = 16): Float32Array {
  const random = createRandom(seed);
  const vector = Float32Array.from(
    { length: dimension },
    (_, i) => (i === axis % dimension ? 1 : 0) + random.below(100) / 1000,
  );
  return vector.map((value) => value / Math.hypot(...vector));
}

function images(counts: Readonly<Record<string, number>>): LabelledVector[] {
  return Object.entries(counts).flatMap(([label, count], type) =>
    Array.from({ length: count }, (_, i) => ({ label, vector: near(type, 100 * type + i) })),
  );
}

/** NaN and infinities become null in JSON, so they are looked for first. */
function everyNumber(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(everyNumber);
}

function evaluated(items: LabelledVector[], options = {}): Evaluation {
  const result = evaluateVectors(items, { operatingPoint: { asked: 0.8 }, draws: 30, ...options });
  for (const number of everyNumber(result)) expect(number).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  expect(everyNumber(result)).not.toContain(Number.POSITIVE_INFINITY);
  return result;
}

it('tells clean types apart', () => {
  const result = evaluated(images({ a: 4, b: 3, c: 2 }), { unknown: [near(7, 1), near(8, 2)] });
  expect(result.verification.rates.map(({ micro }) => micro)).toEqual(
    Array(3).fill({ value: 1, interval: [1, 1] }),
  );
  expect(result.identification.ranks[0]?.macro.value).toBe(1);
  expect(result.identification.confusions).toEqual([]);
  expect(result.hierarchy).toMatchObject({ right: 6 * 20, parentRight: 0, wrong: 0 });
  expect(result.atThreshold).toEqual({ threshold: 0.8, tpr: 1, fpr: 0 });
});

it('knows nothing about false acceptance from one type', () => {
  const result = evaluated(images({ a: 4 }));
  for (const { micro, macro, threshold } of result.verification.rates) {
    expect([micro, macro, threshold]).toEqual([unknowable, unknowable, null]);
  }
  expect(result.verification).toMatchObject({ genuinePairs: 6, impostorPairs: 0, auroc: unknowable });
  expect(result.atThreshold).toMatchObject({ tpr: 1, fpr: null });
  // With no other type a search can only be right or miss.
  expect(result.identification.ranks[0]?.micro.value).toBe(1);
  expect(result.worst.impostor).toEqual([]);
});

it('knows nothing about recognition from one image a type', () => {
  const result = evaluated(images({ a: 1, b: 1, c: 1 }), { unknown: [near(5, 1)] });
  expect(result).toMatchObject({ singleImageTypes: 3, types: 3 });
  expect(result.verification).toMatchObject({ genuinePairs: 0, impostorPairs: 3, auroc: unknowable });
  expect(result.identification.ranks[0]).toEqual({ rank: 1, micro: unknowable, macro: unknowable });
  expect(result.identification.searches).toBe(0);
  expect(result.gallerySizes.at(-1)).toEqual({
    types: 3,
    threshold: 0.8,
    fpir: 0,
    fnir: null,
    misses: null,
    misidentifications: null,
  });
  expect(result.worst.genuine).toEqual([]);
});

it('takes a single image', () => {
  const result = evaluated(images({ a: 1 }));
  expect(result).toMatchObject({ images: 1, hierarchy: { right: 0, wrong: 0 } });
});

it('counts types of one image as impostors only', () => {
  const result = evaluated(images({ a: 3, b: 3, lone: 1 }));
  expect(result.verification).toMatchObject({ genuinePairs: 6, impostorPairs: 9 + 6 });
  // Two probes of a and two of b in each of 20 galleries of three types.
  expect(result.identification.searches).toBe(80);
  expect(result.gallerySizes.map(({ types }) => types)).toEqual([2, 3]);
});

it('counts a tie between two labels against the answer, whichever comes first', () => {
  const twin = near(0, 1);
  for (const [first, second] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const items = [twin, twin].flatMap((vector) => [
      { label: first, vector },
      { label: second, vector },
    ]);
    const result = evaluated(items);
    expect(result.identification.ranks[0]?.micro.value).toBe(0);
    expect(result.verification.rates[0]?.micro.value).toBe(0);
    expect(result.verification.auroc.value).toBe(0.5);
    expect(result.worst.impostor[0]?.score).toBeCloseTo(1, 6);
  }
});

it('joins labels that are one path in Unicode and parts labels that only begin alike', () => {
  const result = evaluated(
    images({ 'caf\u00e9': 2, 'cafe\u0301': 2, 'form/a': 2, 'form/ab': 2, form: 2, for: 2 }),
  );
  expect(result.types).toBe(5);
  expect(result.sources.map(({ source, types, images: count }) => [source, types, count])).toEqual([
    ['form', 2, 4],
  ]);
});

it('evaluates thousands of labels', () => {
  const items = Array.from({ length: 3000 }, (_, i) => ({ label: `t${i >> 1}`, vector: near(i >> 1, i, 8) }));
  const result = evaluated(items, { draws: 3, galleryDraws: 1 });
  expect(result).toMatchObject({ types: 1500, images: 3000 });
  expect(result.verification.impostorPairs).toBe((3000 * 2999) / 2 - 1500);
});

it('asks for the threshold of each size of the gallery, where the model has a table alone', () => {
  const table = [
    { fpr: 0.2, score: 0.5 },
    { fpr: 0.02, score: 0.7 },
  ];
  const manifest = { ...tinyManifest, impostorScores: { ...tinyManifest.impostorScores, table } };
  const operatingPoint = { asked: { fpir: 0.1 }, judge: { manifest } };
  const result = evaluated(images({ a: 2, b: 2, c: 2 }), { operatingPoint });
  // None of n comparisons: 1 - 0.9 ** (1 / n); a line in the logarithm of the rate, a decade for 0.2.
  const needed = (types: number) => 0.5 + 0.2 * Math.log10(0.2 / (1 - 0.9 ** (1 / types)));
  expect(result.gallerySizes.map(({ types, threshold }) => [types, threshold])).toEqual([
    [2, expect.closeTo(needed(2), 9)],
    [3, expect.closeTo(needed(3), 9)],
  ]);
  expect(result.atThreshold?.threshold).toBeCloseTo(needed(3), 9);
});

it('gives the same figures for the same seed', () => {
  const items = images({ a: 5, b: 4, 'b/c': 3 }).map((item, i) => ({ ...item, vector: near(i % 2, i) }));
  expect(evaluated(items, { seed: 5 })).toEqual(evaluated(items, { seed: 5 }));
  expect(evaluated(items, { seed: 6 })).not.toEqual(evaluated(items, { seed: 5 }));
});

it.each([
  ['no images', [], {}, 'INVALID_ARGUMENT'],
  ['too many', Array(16_385).fill({ label: 'a', vector: near(0, 0) }), {}, 'INVALID_ARGUMENT'],
  ['no vector', [{ label: 'a' }], {}, 'INVALID_ARGUMENT'],
  ['a vector of no length', [{ label: 'a', vector: new Float32Array(0) }], {}, 'INVALID_ARGUMENT'],
  ['a vector that is no unit', [{ label: 'a', vector: Float32Array.of(1, 1) }], {}, 'VECTOR_NOT_UNIT'],
  ['NaN', [{ label: 'a', vector: Float32Array.of(Number.NaN, 1) }], {}, 'VECTOR_NOT_FINITE'],
  ['two dimensions', [...images({ a: 1 }), { label: 'b', vector: near(0, 0, 4) }], {}, 'VECTOR_DIMENSION'],
  ['an unknown of another', images({ a: 2 }), { unknown: [near(0, 0, 4)] }, 'VECTOR_DIMENSION'],
  ['an empty label', [{ label: '', vector: near(0, 0) }], {}, 'LABEL_EMPTY'],
  ['a rate above 1', images({ a: 2, b: 2 }), { fprs: [1.5] }, 'INVALID_ARGUMENT'],
  ['a rate that is none', images({ a: 2, b: 2 }), { fpirs: [Number.NaN] }, 'INVALID_ARGUMENT'],
  ['rank 0', images({ a: 2, b: 2 }), { ranks: [0] }, 'INVALID_ARGUMENT'],
  ['no bins', images({ a: 2, b: 2 }), { bins: 0 }, 'INVALID_ARGUMENT'],
])('refuses %s', (_, items, options, code) => {
  expect(thrownCode(() => evaluateVectors(items as LabelledVector[], options))).toBe(code);
});

const unknowable = { value: null, interval: null };
