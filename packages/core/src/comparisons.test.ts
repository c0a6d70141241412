import { describe, expect, it } from 'vitest';
import { createFakeGallery, direction } from '../test/doubles.ts';
import { createComparisonCounter, effectiveComparisons, overlapOf } from './comparisons.ts';
import type { NewReference } from './gallery.ts';

describe('effectiveComparisons', () => {
  it.each([
    ['nothing, which a table cannot look up', 0, 0, 1],
    ['one reference', 1, 0, 1],
    ['unrelated references: each of them', 100, 0, 100],
    // Equal ones are one comparison by one bound and 100 by the other.
    ['equal references', 100, 1, 10],
    ['some overlap: 9 / sqrt(1 + 8 / 10)', 9, 0.1, 9 / Math.sqrt(1.8)],
  ])('counts %s', (_, references, overlap, expected) => {
    expect(effectiveComparisons(references, overlap)).toBeCloseTo(expected, 12);
  });
});

describe('overlapOf', () => {
  it('is the mean squared cosine of two different vectors', () => {
    // Cosines 0.5 (directions 0 and 60 degrees), 0 and sqrt(3)/2: (0.25 + 0 + 0.75) / 3.
    const degrees = (d: number) =>
      Float32Array.of(Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180));
    expect(overlapOf([degrees(0), degrees(60), degrees(90)])).toBeCloseTo(1 / 3, 6);
  });

  it.each([0, 1])('is 0 for %d vectors', (count) => {
    expect(overlapOf(Array.from({ length: count }, () => direction(1)))).toBe(0);
  });
});

describe('createComparisonCounter', () => {
  const reference = (label: string, id: string, score = 1): NewReference => ({
    label,
    id,
    vector: direction(score),
  });

  /** Counts how often the references are read. */
  function create(references: readonly NewReference[]) {
    const gallery = createFakeGallery(references);
    const read = { references: 0, calls: 0 };
    const counter = createComparisonCounter({
      ...gallery,
      async *references(options) {
        read.calls++;
        for await (const each of gallery.references(options)) {
          read.references++;
          yield each;
        }
      },
    });
    return { gallery, read, count: (within?: readonly string[]) => counter(within, {}) };
  }

  it('follows the gallery as it grows and shrinks', async () => {
    const { gallery, count } = create([reference('a', '1')]);
    expect(await count()).toBe(1);
    // At a right angle to the first.
    await gallery.add([reference('b', '2', 0.5)]);
    expect(await count()).toBeCloseTo(2, 6);
    await gallery.add([reference('c', '3')]);
    // Cosines 0, 1, 0: overlap 1/3.
    expect(await count()).toBeCloseTo(3 / Math.sqrt(1 + 2 / 3), 6);
    gallery.stored.clear();
    expect(await count()).toBe(1);
  });

  it('counts within labels and their sub-labels', async () => {
    const { count } = create([
      reference('id/front', '1'),
      reference('id', '2'),
      reference('identity', '3', 0.5),
    ]);
    const overlap = 1 / 3;
    expect(await count(['id'])).toBeCloseTo(2 / Math.sqrt(1 + overlap), 6);
    expect(await count(['id/front', 'identity'])).toBeCloseTo(2 / Math.sqrt(1 + overlap), 6);
    expect(await count(['nothing'])).toBe(1);
  });

  it('reads references again only when their number has changed', async () => {
    const { gallery, read, count } = create([reference('a', '1'), reference('b', '2')]);
    await count();
    await count();
    expect(read.calls).toBe(1);
    await gallery.add([reference('b', '3')]);
    await count();
    expect(read.calls).toBe(2);
  });

  it('reads a sample of a large gallery, and again when it has grown by a tenth', async () => {
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => reference(`${from + i}`, `${from + i}`));
    const { gallery, read, count } = create(many(0, 1000));
    await count();
    expect(read).toEqual({ references: 256, calls: 1 });
    await gallery.add(many(1000, 1100));
    // All vectors are equal, so the overlap is 1; the number counts exactly all the same.
    expect(await count()).toBeCloseTo(Math.sqrt(1100), 4);
    expect(read.calls).toBe(1);
    await gallery.add(many(1100, 1101));
    await count();
    expect(read.calls).toBe(2);
  });
});
