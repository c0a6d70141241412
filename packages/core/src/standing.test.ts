import { describe, expect, it } from 'vitest';
import { createClassifier } from './classifier.ts';
import { createStandings } from './standing.ts';
import { createFakeEmbedder, createFakeGallery, direction } from './testing.ts';

function createCountingGallery() {
  const gallery = createFakeGallery([
    { label: 'id/front', id: 'a', vector: direction(0.9) },
    { label: 'id/back', id: 'b', vector: direction(0.1) },
    { label: 'form', id: 'c', vector: direction(0.5) },
  ]);
  const asked = { labels: 0, revision: 0 };
  const counting = {
    ...gallery,
    labels: () => {
      asked.labels++;
      return gallery.labels();
    },
    revision: () => {
      asked.revision++;
      return gallery.revision();
    },
  };
  return { gallery, counting, asked };
}

describe('createStandings', () => {
  it('counts what lies within labels', async () => {
    const { counting } = createCountingGallery();
    const standing = await createStandings(counting)();
    expect(standing.countOf()).toEqual({ labels: 3, references: 3 });
    expect(standing.countOf(['id'])).toEqual({ labels: 2, references: 2 });
    expect(standing.countOf(['id/back', 'none'])).toEqual({ labels: 1, references: 1 });
  });

  it('is the same until something is written', async () => {
    const { counting, gallery } = createCountingGallery();
    const now = createStandings(counting);
    const before = await now();
    expect(await now()).toBe(before);
    await gallery.add([{ label: 'form', id: 'd', vector: direction(0.4) }]);
    const after = await now();
    expect(after).not.toBe(before);
    expect(after.countOf().references).toBe(4);
  });
});

describe('a classification', () => {
  it.each([
    ['by a rate', { threshold: { fpir: 0.01 } }],
    ['by a score', { threshold: 0.5 }],
    ['of four views', { rotations: true }],
    ['among expected labels', { expected: ['id', 'form'] }],
  ])('asks once what the gallery holds: %s', async (_, options) => {
    const { counting, asked } = createCountingGallery();
    const classifier = createClassifier({ embedder: createFakeEmbedder(), gallery: counting });
    await classifier.classify('image', options);
    expect(asked).toEqual({ labels: 1, revision: 0 });
    await classifier.verify('image', 'id');
    expect(asked).toEqual({ labels: 2, revision: 0 });
  });
});
