import { describe, expect, it } from 'vitest';
import type { Cohort } from './cohort.ts';
import type { NewReference } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import { createOperatingPoints, type Evidence, pointOf } from './operating-point.ts';
import { createSignificance } from './significance.ts';
import { codeOf, createFakeGallery, direction, randomUnit, tinyManifest } from './testing.ts';
import { cosineOfScore } from './vector.ts';

const dimension = 32;
const random = randomUnit(7);
const cohort: Cohort = [
  { name: 'one', vectors: Array.from({ length: 100 }, () => random(dimension)) },
  { name: 'other', vectors: Array.from({ length: 60 }, () => random(dimension)) },
];
const significance = createSignificance(cohort);
const probe = random(dimension);
const reference = random(dimension);
const evidence: Evidence = {
  score: 0.9,
  others: [],
  references: 50,
  probe: significance.tailsOf(probe),
  reference: significance.tailsOf(reference),
};

describe('pointOf', () => {
  it('multiplies the chance of one comparison by the comparisons', () => {
    const { chance } = significance.chanceOf(cosineOfScore(0.9), evidence.probe, evidence.reference);
    const { evalue, threshold } = pointOf({ fpir: 0.01 }, significance, evidence);
    expect(evalue).toBeCloseTo(50 * chance, 12);
    expect(threshold).toMatchObject({ origin: 'cohort', fpir: 0.01, comparisons: 50 });
  });

  it('accepts exactly where the E-value is that of the rate', () => {
    for (const fpir of [0.3, 0.1, 0.01, 0.001]) {
      const { threshold } = pointOf({ fpir }, significance, evidence);
      const { evalue } = pointOf({ fpir }, significance, { ...evidence, score: threshold.value });
      // As many are expected, so at least one comes with the probability asked for: 1 - exp(-E) = fpir.
      expect(1 - Math.exp(-evalue!)).toBeCloseTo(fpir, 9);
    }
  });

  it('counts the references of the kind only, by where the fifth other label lies', () => {
    const near = { ...evidence, references: 1e6, others: [0.6, 0.6, 0.6, 0.6, 0.55] };
    const { threshold } = pointOf({ fpir: 0.01 }, significance, near);
    const { kind } = significance.chanceOf(cosineOfScore(0.9), evidence.probe, evidence.reference);
    const share = significance.chanceFromProbe(cosineOfScore(0.55), evidence.probe, kind);
    expect(threshold.comparisons).toBeCloseTo(9.27 / share, 6);
    // Look-alikes are all of the kind: there are never more comparisons than references.
    const alike = { ...near, references: 20, others: [0.99, 0.99, 0.99, 0.99, 0.99] };
    expect(pointOf({ fpir: 0.01 }, significance, alike).threshold.comparisons).toBe(20);
  });

  it('asks for more with more references and more views, and never for more than the picture itself', () => {
    const value = (more: Partial<Evidence>) =>
      pointOf({ fpir: 0.01 }, significance, { ...evidence, ...more }).threshold.value;
    expect(value({ references: 5000 })).toBeGreaterThan(value({}));
    expect(value({ views: 4 })).toBeGreaterThan(value({}));
    expect(pointOf({ fpir: 1e-300 }, significance, evidence).threshold.value).toBeLessThanOrEqual(0.99975);
  });

  it('takes a score as it is given, and a rate of comparisons without counting them', () => {
    expect(pointOf(0.8, significance, evidence).threshold).toEqual({ value: 0.8, origin: 'given' });
    const rate = pointOf({ fpr: 1e-3 }, significance, evidence);
    const cosine = cosineOfScore(rate.threshold.value);
    expect(significance.chanceOf(cosine, evidence.probe, evidence.reference).chance).toBeCloseTo(1e-3, 12);
    expect(rate.evalue).toBe(pointOf(0.8, significance, evidence).evalue);
  });
});

describe('createOperatingPoints', () => {
  const registered = (label: string, vector = random(dimension)): NewReference => ({
    label,
    id: label,
    vector,
  });
  const judge = { manifest: tinyManifest, cohort };
  const asked = { fpir: 0.01 };

  it('holds the best reference and the counts within the labels asked for beside the strangers', async () => {
    const gallery = createFakeGallery([
      registered('id/front', reference),
      registered('id/back'),
      registered('form'),
      { ...registered(negativeLabel), id: 'none of mine' },
    ]);
    const points = createOperatingPoints(gallery, judge);
    const matches = [{ id: 'id/front', label: 'id/front', score: 0.9 }];
    const met = await points.at(asked, { vector: probe, matches, within: ['id'] });
    expect(met).toEqual(pointOf(asked, significance, { ...evidence, references: 2 }));
    const all = await points.at(asked, { vector: probe, matches });
    expect(all.threshold.comparisons).toBe(3);
  });

  it('reads the best reference once a revision, and again when it was replaced', async () => {
    const gallery = createFakeGallery([registered('a', reference)]);
    let reads = 0;
    const counting = {
      ...gallery,
      get: (id: string) => {
        reads++;
        return gallery.get(id);
      },
    };
    const points = createOperatingPoints(counting, judge);
    const matches = [{ id: 'a', label: 'a', score: 0.9 }];
    const meet = async () => (await points.at(asked, { vector: probe, matches })).evalue;
    const before = await meet();
    expect(await meet()).toBe(before);
    expect(reads).toBe(1);
    await gallery.add([registered('a')], { existing: 'replace' });
    expect(await meet()).not.toBe(before);
    expect(reads).toBe(2);
  });

  it('has no E-value without a match or without a cohort, and the table decides', async () => {
    const gallery = createFakeGallery([{ label: 'a', id: 'a', vector: direction(1) }]);
    const matches = [{ id: 'a', label: 'a', score: 0.9 }];
    const bare = createOperatingPoints(gallery, { manifest: tinyManifest });
    const met = await bare.at(asked, { vector: direction(1), matches });
    expect(met).toMatchObject({ evalue: null, threshold: { origin: 'impostor-table', comparisons: 1 } });
    const nothing = await createOperatingPoints(gallery, judge).at(asked, { vector: probe, matches: [] });
    expect(nothing).toMatchObject({ evalue: null, threshold: { origin: 'impostor-table' } });
  });

  it('says so where the table ends, and goes on', async () => {
    const gallery = createFakeGallery(
      Array.from({ length: 30 }, (_, i) => ({ ...registered(`${i}`), vector: direction(1) })),
    );
    const { threshold } = await createOperatingPoints(gallery, { manifest: tinyManifest }).at(asked, {
      vector: direction(1),
      matches: [],
    });
    expect(threshold).toMatchObject({ value: 0.7, beyondTable: true, comparisons: 30 });
  });

  it('tells what is typical without a probe, for one reference and for none', async () => {
    const gallery = createFakeGallery(Array.from({ length: 9 }, (_, i) => registered(`${i}`)));
    const typical = await createOperatingPoints(gallery, judge).typical(asked);
    expect(typical).toMatchObject({ origin: 'cohort', fpir: 0.01, comparisons: 9 });
    expect(typical.value).toBeGreaterThan(0.6);
    expect(typical.value).toBeLessThan(0.99);
    const one = createOperatingPoints(createFakeGallery([registered('a')]), judge);
    expect((await one.typical(asked)).origin).toBe('cohort');
    const none = createOperatingPoints(createFakeGallery(), judge);
    expect((await none.typical(asked)).origin).toBe('impostor-table');
  });

  it('refuses what cannot be asked before an image is touched', async () => {
    const points = createOperatingPoints(createFakeGallery(), judge);
    const bare = createOperatingPoints(createFakeGallery(), { manifest: tinyManifest });
    const code = (call: () => void) => codeOf((async () => call())());
    expect(await code(() => points.check({ fpir: 0 }))).toBe('INVALID_ARGUMENT');
    expect(await code(() => points.check(2))).toBe('INVALID_ARGUMENT');
    // The table ends at one in a thousand; the strangers do not.
    expect(await code(() => bare.check({ fpr: 1e-5 }))).toBe('THRESHOLD_UNAVAILABLE');
    expect(await code(() => points.check({ fpr: 1e-5 }))).toBe('no error');
    // Nor does the first probe of an empty gallery meet another rule than the check.
    expect(await codeOf(points.at({ fpr: 1e-5 }, { vector: probe, matches: [] }))).toBe('no error');
  });
});
