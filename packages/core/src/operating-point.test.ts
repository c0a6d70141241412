import { describe, expect, it } from 'vitest';
import { createFakeGallery, direction, tinyManifest } from '../test/doubles.ts';
import type { NewReference } from './gallery.ts';
import { createOperatingPoints, operatingPointBySize } from './operating-point.ts';

describe('createOperatingPoints', () => {
  const reference = (label: string, id: string, score = 1): NewReference => ({
    label,
    id,
    vector: direction(score),
  });

  /** Counts how often the references are read. */
  function create(references: readonly NewReference[]) {
    const gallery = createFakeGallery(references);
    const read = { references: 0, calls: 0 };
    const counting = {
      ...gallery,
      async *references(options: { readonly within?: string }) {
        read.calls++;
        for await (const each of gallery.references(options)) {
          read.references++;
          yield each;
        }
      },
    };
    const points = createOperatingPoints(counting, tinyManifest);
    const count = async (within?: readonly string[]) =>
      (await points.at({ fpir: 0.01 }, { within })).comparisons!;
    return { gallery, read, count, points };
  }

  it('follows the gallery as it grows and shrinks', async () => {
    const { gallery, count } = create([reference('a', '1')]);
    expect(await count()).toBe(1);
    // At a right angle to the first.
    await gallery.add([reference('b', '2', 0.5)]);
    expect(await count()).toBeCloseTo(2, 6);
    await gallery.add([reference('c', '3', 0.63)]);
    expect(await count()).toBeGreaterThan(3);
    gallery.stored.clear();
    expect(await count()).toBe(1);
  });

  it('counts within labels and their sub-labels', async () => {
    const { count } = create([reference('id/front', '1'), reference('id', '2'), reference('identity', '3')]);
    // All vectors are equal: nothing but kin, so the table alone.
    expect(await count(['id'])).toBeCloseTo(2 / Math.sqrt(2), 6);
    expect(await count(['id/front', 'identity'])).toBeCloseTo(2 / Math.sqrt(2), 6);
    expect(await count(['nothing'])).toBe(1);
  });

  it('reads references again only when they or the labels are more or fewer', async () => {
    const { gallery, read, count } = create([reference('a', '1'), reference('b', '2')]);
    await count();
    await count();
    expect(read.calls).toBe(1);
    await gallery.add([reference('b', '3')]);
    await count();
    expect(read.calls).toBe(2);
    const moved = gallery.stored.get('3')!;
    gallery.stored.set('3', { ...moved, label: 'c' });
    await count();
    expect(read.calls).toBe(3);
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

  it('never goes below the lowest, and takes each view for a further chance', async () => {
    const { points } = create([reference('a', '1'), reference('b', '2', 0.5)]);
    const asked = { fpir: 0.2 };
    const one = await points.at(asked);
    const four = await points.at(asked, { views: 4 });
    expect(four.comparisons! / one.comparisons!).toBeCloseTo(4, 9);
    expect(one.value).toBeGreaterThanOrEqual(points.lowest(asked).value);
    expect(four.value).toBeGreaterThan(one.value);
  });
});

describe('operatingPointBySize', () => {
  it('is the one that the classifier meets once all are registered, beyond a sample and in any order', async () => {
    // 300 directions whose ids fall in another order than their labels.
    const references = Array.from({ length: 300 }, (_, i) => ({
      label: `label ${String(i).padStart(3, '0')}`,
      id: String((i * 89) % 300).padStart(3, '0'),
      vector: direction(0.5 + ((i * i) % 499) / 1000),
    }));
    const gallery = createFakeGallery([...references].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const asked = { fpir: 0.01 };
    const met = await createOperatingPoints(gallery, tinyManifest).at(asked);
    expect(operatingPointBySize(asked, references, tinyManifest)(300)).toEqual(met);
    // The sample is told by ids, so another order of the same references says the same.
    expect(operatingPointBySize(asked, [...references].reverse(), tinyManifest)(300)).toEqual(met);
  });
});
