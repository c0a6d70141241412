import { describe, expect, it } from 'vitest';
import { decide } from '../decide.ts';
import type { Reference } from '../gallery.ts';
import type { FirstLook } from '../second-look-contract.ts';
import { direction } from '../testing.ts';
import type { ResolvedThreshold } from '../thresholds.ts';
import type { Geometry, Likeness } from './comparison.ts';
import { createSecondLook } from './second-look.ts';

const threshold: ResolvedThreshold = { value: 0.8, origin: 'cohort', fpir: 0.01, comparisons: 50 };
const vector = direction(1);
const view = { found: 'whole', angle: 0, vector } as const;

/** What is registered: the score of its vector, its E-value, and the points of the probe that its print agrees with. */
interface Known {
  readonly label: string;
  readonly score: number;
  readonly evalue: number;
  readonly points?: readonly number[] | undefined;
}

const rounded = (value: number) => Math.round(100 * value) / 100;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function first(known: readonly Known[], given: Partial<FirstLook> = {}): FirstLook {
  const matches = known.map(({ label, score }) => ({ id: label, label, score }));
  const decision = decide(matches, threshold);
  return {
    decision,
    evalue: known[0]?.evalue ?? null,
    view,
    searched: [{ matches, threshold, evalue: known[0]?.evalue ?? null, vector, view }],
    pointOf: async ({ label }) => ({ threshold, evalue: known.find((one) => one.label === label)!.evalue }),
    featuresOf: async () => Uint8Array.of(20),
    image: { width: 200, height: 100 },
    gallery: {
      getMany: async (ids) =>
        ids.map(
          (id) =>
            ({ id, attachments: { 'features@1': new TextEncoder().encode(id) } }) as unknown as Reference,
        ),
    },
    ...given,
  };
}

function lookAt(
  known: readonly Known[],
  given: Partial<FirstLook> = {},
  distinguish: Geometry['distinguish'] = () => undefined,
) {
  const compare = (_: Uint8Array, bytes: Uint8Array): Likeness | undefined => {
    const points = known.find(({ label }) => label === new TextDecoder().decode(bytes))?.points;
    const corners = [
      { x: 0.1, y: 0.2 },
      { x: 0.9, y: 0.2 },
      { x: 0.9, y: 0.8 },
      { x: 0.1, y: 0.8 },
    ] as const;
    // A row of twenty places an hundredth of either picture apart, then the next.
    const places = points?.map((point) => ({
      probe: { x: 0.1 + (point % 20) / 100, y: 0.1 + Math.floor(point / 20) / 5 },
      reference: { x: (point % 20) / 50, y: Math.floor(point / 20) / 5 },
    }));
    return points && { inliers: points.length, corners, points, places: places! };
  };
  // The first byte is the number of points of the probe; a reference has 100, and agrees with nothing of a negative.
  const geometry: Geometry = {
    attachment: 'features@1',
    compare: (probe, reference) => (probe[1] === 1 ? undefined : compare(probe, reference)),
    distinguish,
    invert: ([points = 0, negative = 0]) => Uint8Array.of(points, 1 - negative),
    count: (bytes) => (bytes.length > 2 || bytes[0]! >= 97 ? 100 : bytes[0]!),
  };
  return createSecondLook(geometry).look(first(known, given));
}

describe('a second look', () => {
  it('names what the vector had not been sure of', async () => {
    const looked = await lookAt([
      { label: 'a', score: 0.7, evalue: 3 },
      { label: 'b', score: 0.69, evalue: 4, points: range(0, 40) },
    ]);
    expect(looked?.decision).toMatchObject({
      status: 'accepted',
      label: 'b',
      reason: 'second-look',
      score: 0.69,
      referenceId: 'b',
    });
    expect(looked?.decision.candidates.map(({ label }) => label)).toEqual(['b', 'a']);
    expect(looked?.evalue).toBeLessThan(0.01);
    expect(looked?.sight).toMatchObject({ label: 'b', inliers: 40 });
    expect(looked?.sight?.corners[0]).toEqual({ x: 20, y: 20 });
  });

  it('says by which print it told one look-alike from another', async () => {
    const known = (points: readonly number[]) => [
      { label: 'a', score: 0.9, evalue: 1e-4, points: range(0, 40) },
      { label: 'b', score: 0.89, evalue: 2e-4, points },
    ];
    const looked = await lookAt(known(range(0, 20)));
    expect(looked?.decision).toMatchObject({ status: 'accepted', label: 'a' });
    expect(looked?.sight?.places.length).toBe(40);
    // Points 20 to 39 are a's alone: its second row.
    expect(looked?.sight?.told).toMatchObject({ from: 'b', places: 20 });
    const { probe, reference } = looked!.sight!.told!;
    expect([probe.x, probe.y, probe.x + probe.width, probe.y + probe.height].map(rounded)).toEqual([
      0.08, 0.28, 0.31, 0.32,
    ]);
    expect([reference.x, reference.y].map(rounded)).toEqual([0, 0.18]);
    // Alike in all, or elsewhere in the picture: nothing tells them apart.
    expect((await lookAt(known(range(0, 36))))?.sight?.told).toBeUndefined();
    expect((await lookAt(known(range(60, 80))))?.sight?.told).toBeUndefined();
  });

  it('takes the other of two where only its own print is there', async () => {
    const known = [
      { label: 'letter/a', score: 0.9, evalue: 1e-9, points: range(0, 12) },
      { label: 'letter/b', score: 0.89, evalue: 2e-9, points: range(2, 14) },
    ];
    expect((await lookAt(known))?.decision).toMatchObject({ label: 'letter', status: 'accepted' });
    const shown = range(0, 20).map((i) => ({
      probe: { x: i / 40, y: 0.5 },
      reference: { x: i / 40, y: 0.25 },
    }));
    const looked = await lookAt(known, {}, () => [
      { count: 50, all: 60, places: [] },
      { count: 50, all: 60, places: shown },
    ]);
    expect(looked).toMatchObject({ isTold: true, decision: { label: 'letter/b', reason: 'second-look' } });
    expect(looked?.decision.candidates.map(({ label }) => label)).toEqual(['letter/b', 'letter/a']);
    expect(looked?.sight).toMatchObject({ label: 'letter/b', told: { from: 'letter/a', places: 20 } });
  });

  it('leaves a stranger a stranger', async () => {
    const looked = await lookAt([
      { label: 'a', score: 0.7, evalue: 3, points: range(0, 6) },
      { label: 'b', score: 0.6, evalue: 9 },
    ]);
    expect(looked?.decision.status).toBe('unknown');
    expect(looked?.evalue).toBeGreaterThan(0.01);
  });

  it('takes back what the vector alone would just have let pass', async () => {
    const looked = await lookAt([{ label: 'a', score: 0.81, evalue: 0.008 }]);
    expect(looked?.decision).toMatchObject({
      status: 'unknown',
      reason: 'not-confirmed',
      label: null,
      score: 0.81,
    });
    expect(looked?.evalue).toBeGreaterThan(0.01);
    const sure = await lookAt([{ label: 'a', score: 0.85, evalue: 0.0005 }]);
    expect(sure?.decision).toMatchObject({ status: 'accepted', label: 'a' });
  });

  it('takes back more where both pictures have points enough, and none agrees', async () => {
    const known = [{ label: 'a', score: 0.85, evalue: 0.0007 }];
    expect((await lookAt(known))?.decision.status).toBe('accepted');
    const rich = await lookAt(known, { featuresOf: async () => Uint8Array.of(60) });
    expect(rich?.decision).toMatchObject({ status: 'unknown', reason: 'not-confirmed' });
    // A negative agrees in nothing until it is turned back.
    const inverted = { ...view, inverted: true } as const;
    const [searched] = first(known).searched;
    const negative = {
      featuresOf: async () => Uint8Array.of(60, 1),
      searched: [{ ...searched!, view: inverted }],
    };
    const points = range(0, 40);
    const doubtful = [{ label: 'a', score: 0.7, evalue: 3, points }];
    const looked = await lookAt(doubtful, negative);
    expect(looked?.decision).toMatchObject({ status: 'accepted', label: 'a' });
    // One that is too bright to be thought a negative too.
    const bright = await lookAt(doubtful, { featuresOf: negative.featuresOf });
    expect(bright?.decision).toMatchObject({ status: 'accepted', label: 'a' });
  });

  it('ranks candidates by both looks, also where none is accepted', async () => {
    const looked = await lookAt([
      { label: 'a', score: 0.7, evalue: 30 },
      { label: 'b', score: 0.69, evalue: 40, points: range(0, 8) },
    ]);
    expect(looked?.decision).toMatchObject({ status: 'unknown', score: 0.69, referenceId: 'b' });
    expect(looked?.decision.candidates.map(({ label }) => label)).toEqual(['b', 'a']);
  });

  it('is not taken where the first is sure, nor where nothing can be compared', async () => {
    const sure = [{ label: 'a', score: 0.99, evalue: 1e-7, points: range(0, 40) }];
    expect(await lookAt(sure)).toBeUndefined();
    const doubtful = [{ label: 'a', score: 0.7, evalue: 1, points: range(0, 40) }];
    expect(await lookAt(doubtful, { featuresOf: undefined })).toBeUndefined();
    expect(await lookAt(doubtful, { featuresOf: async () => undefined })).toBeUndefined();
    expect(await lookAt(doubtful, { gallery: { getMany: async () => [] } })).toBeUndefined();
  });

  it('does not overrule a score that was given', async () => {
    const known = [{ label: 'a', score: 0.7, evalue: 1, points: range(0, 40) }];
    const decision = decide([{ id: 'a', label: 'a', score: 0.7 }], { value: 0.8, origin: 'given' });
    expect(await lookAt(known, { decision })).toBeUndefined();
  });

  it('tells two look-alikes by what only one of them shows', async () => {
    const alike = { score: 0.9, evalue: 1e-6 };
    const told = await lookAt([
      { label: 'a', ...alike, points: range(0, 60) },
      { label: 'b', ...alike, points: [...range(10, 60), ...range(60, 80)] },
    ]);
    // Ten points are a's alone and twenty b's: by a coin that happens in 5 % of all cases.
    expect(told?.decision).toMatchObject({ status: 'unknown', reason: 'tied-labels' });
    const clearly = await lookAt([
      { label: 'a', ...alike, points: range(0, 60) },
      { label: 'b', ...alike, points: range(20, 60) },
    ]);
    expect(clearly?.decision).toMatchObject({ status: 'accepted', label: 'a', reason: 'second-look' });
  });

  it('goes as deep as the print tells', async () => {
    const looked = await lookAt([
      { label: 'form/plain', score: 0.7, evalue: 1, points: range(0, 40) },
      { label: 'form/stained', score: 0.69, evalue: 2, points: range(1, 38) },
      { label: 'card', score: 0.5, evalue: 20 },
    ]);
    expect(looked?.decision).toMatchObject({
      label: 'form',
      backedOffFrom: 'form/plain',
      reason: 'second-look',
    });
    expect(looked?.decision.status === 'accepted' && looked.decision.marginOutside).toBeCloseTo(0.2, 12);
  });

  it('looks at the whole picture where the part says little', async () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 9, y: 0 },
      { x: 9, y: 9 },
      { x: 0, y: 9 },
    ] as const;
    const asked: unknown[] = [];
    const featuresOf: FirstLook['featuresOf'] = async (part) => {
      asked.push(part);
      return Uint8Array.of(20);
    };
    const located = { view: { found: 'located', corners, angle: 0, vector }, featuresOf } as const;
    await lookAt([{ label: 'a', score: 0.7, evalue: 3, points: range(0, 40) }], located);
    expect(asked).toEqual([corners]);
    await lookAt([{ label: 'a', score: 0.7, evalue: 3, points: range(0, 6) }], located);
    expect(asked).toEqual([corners, corners, null]);
  });
});
