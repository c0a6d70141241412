import { describe, expect, it } from 'vitest';
import { direction, thrownCode } from '../testing.ts';
import { calibrateVectors, type TargetRate } from './calibrate.ts';
import type { LabelledVector } from './labelled-images.ts';

/** Images of one label at these angles, in degrees: two of them have the score (1 + cos(difference)) / 2. */
const at = (label: string, ...degrees: readonly number[]): LabelledVector[] =>
  degrees.map((angle) => ({
    label,
    vector: Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)),
  }));
const score = (degrees: number) => (1 + Math.cos((degrees * Math.PI) / 180)) / 2;

describe('calibrateVectors', () => {
  // Impostor pairs: a-b 40, 44, 36, 40 degrees; a-c 100, 96; b-c 60, 56. Genuine: 4 and 4.
  const images = [...at('a', 0, 4), ...at('b', 40, 44), ...at('c', 100)];

  it.each([
    // One of eight may pass: the nearest, at 36 degrees, does; the threshold is its score.
    [1 / 8, score(36)],
    [3 / 8, score(40)],
    // None may: the smallest score above all impostors is a genuine one.
    [0.1, score(4)],
  ])('gives the smallest score that accepts at most the share %d of impostor pairs', (fpr, expected) => {
    const { threshold, impostors, expectedErrors, tpr, types } = calibrateVectors(images, { rate: { fpr } });
    expect(threshold).toBeCloseTo(expected, 6);
    expect({ impostors, tpr, types }).toEqual({ impostors: 8, tpr: 1, types: 3 });
    expect(expectedErrors).toBeCloseTo(8 * fpr, 12);
  });

  it('accepts scores that tie together or not at all', () => {
    const twice = [...at('a', 0, 0), ...at('b', 40, 40)];
    expect(calibrateVectors(twice, { rate: { fpr: 0.5 } }).threshold).toBeCloseTo(1, 6);
  });

  it('says when there are too few impostors, and how many would do', () => {
    expect(calibrateVectors(images, { rate: { fpr: 0.01 } })).toMatchObject({ enough: false, needed: 3000 });
    const many = Array.from({ length: 30 }, (_, i) => at(String(i), i, i + 0.5)).flat();
    // 60 images: 1770 pairs less 30 genuine ones.
    expect(calibrateVectors(many, { rate: { fpr: 0.02 } })).toMatchObject({ impostors: 1740, enough: true });
  });

  it('searches each image among the other types for a share of unknown documents', () => {
    // One image a type: nearest other at 10, 10 and 50 degrees. A third of them may pass, but two tie.
    const lone = [...at('a', 0), ...at('b', 10), ...at('c', 60)];
    const { threshold, impostors, tpr } = calibrateVectors(lone, { rate: { fpir: 0.7 } });
    expect(threshold).toBeCloseTo(score(10), 6);
    expect({ impostors, tpr }).toEqual({ impostors: 3, tpr: null });
    // With unknown images it is these that are searched: at 20 from a, at 30 from c.
    const unknown = [...at('?', -20), ...at('?', 90)].map(({ vector }) => vector);
    expect(calibrateVectors(lone, { rate: { fpir: 0.5 }, unknown })).toMatchObject({
      threshold: expect.closeTo(score(20), 6),
      impostors: 2,
    });
  });

  it('gives each label what its own comparisons say', () => {
    const { labels } = calibrateVectors(images, { rate: { fpr: 0.25 }, perLabel: true });
    expect(labels.map(({ label, images: count, impostors }) => [label, count, impostors])).toEqual([
      ['a', 2, 6],
      ['b', 2, 6],
      ['c', 1, 4],
    ]);
    // c: 56, 60, 96, 100 degrees; one of four may pass.
    expect(labels[2]).toMatchObject({ threshold: expect.closeTo(score(56), 6), tpr: null });
    // 1 - 0.9^(1/3) for each of three labels is 0.1 for all.
    const shared = calibrateVectors(images, { rate: { fpir: 0.1 }, perLabel: true });
    expect(shared.labels[0]!.rate).toBeCloseTo(1 - 0.9 ** (1 / 3), 12);
  });

  it('has an interval around the threshold, and the same for the same seed', () => {
    const many = Array.from({ length: 20 }, (_, i) => at(String(i), 7 * i, 7 * i + 1)).flat();
    const calibrate = (seed: number) => calibrateVectors(many, { rate: { fpr: 0.05 }, seed });
    const { threshold, interval } = calibrate(1);
    expect(interval![0]).toBeLessThanOrEqual(threshold!);
    expect(interval![1]).toBeGreaterThanOrEqual(threshold!);
    expect(calibrate(1).interval).toEqual(interval);
  });

  it('has no threshold where the images cannot say: one type, one image, twins under two labels', () => {
    for (const rate of [{ fpr: 0.01 }, { fpir: 0.01 }]) {
      const one = calibrateVectors(at('a', 0, 5), { rate, perLabel: true });
      expect(one).toMatchObject({ threshold: null, interval: null, impostors: 0, enough: false, tpr: null });
      expect(one.labels[0]!.threshold).toBeNull();
      expect(calibrateVectors(at('a', 0), { rate }).threshold).toBeNull();
      // The same picture under two labels: nothing lies above it.
      expect(calibrateVectors([...at('a', 0), ...at('b', 0)], { rate }).threshold).toBeNull();
    }
  });

  it.each([undefined, {}, { fpr: 0 }, { fpir: 1 }, { fpr: 0.1, fpir: 0.1 }, { fpr: Number.NaN }])(
    'refuses the rate %j',
    (rate) => {
      expect(thrownCode(() => calibrateVectors(images, { rate: rate as TargetRate }))).toBe(
        'INVALID_ARGUMENT',
      );
    },
  );

  it('refuses no images, and vectors that do not fit', () => {
    expect(thrownCode(() => calibrateVectors([], { rate: { fpr: 0.1 } }))).toBe('INVALID_ARGUMENT');
    const unknown = [Float32Array.of(1, 0, 0)];
    const call = () =>
      calibrateVectors([...at('a', 0), { label: 'b', vector: direction(0.5) }], {
        rate: { fpir: 0.1 },
        unknown,
      });
    expect(thrownCode(call)).toBe('VECTOR_DIMENSION');
  });
});
