import { describe, expect, it } from 'vitest';
import { createClassifier } from '../classifier.ts';
import type { NewReference } from '../gallery.ts';
import { codeOf, createFakeEmbedder, createFakeGallery, direction, type FakeImage } from '../testing.ts';
import { explain, heatOf, hidingVariations } from './index.ts';

const reference = (label: string, score: number, rest: Partial<NewReference> = {}): NewReference => ({
  id: `id of ${label}`,
  label,
  vector: direction(score),
  ...rest,
});

/** Hiding one of the four windows of a grid of 3 gives these vectors. */
function create(references: readonly NewReference[], hidden: readonly number[], probe: FakeImage = {}) {
  const embedder = createFakeEmbedder({ probe: { turned: hidden.map(direction), ...probe } });
  const gallery = createFakeGallery(references);
  return { embedder, classifier: createClassifier({ embedder, gallery, threshold: 0.8 }) };
}

describe('heatOf', () => {
  it('averages the falls of the windows over each cell', () => {
    const falls = [0.4, 0, 0, -0.2];
    const vectors = falls.map((fall) => direction(0.8 - fall));
    const map = heatOf(3, vectors, direction(1), 0.8);
    expect([map.columns, map.rows]).toEqual([3, 3]);
    // By hand: corners lie under one window, edges under two, the middle under all four.
    const expected = [0.4, 0.2, 0, 0.2, 0.05, -0.1, 0, -0.1, -0.2];
    map.falls.forEach((fall, cell) => {
      expect(fall).toBeCloseTo(expected[cell]!, 6);
    });
  });

  it('hides windows of two cells, and turns the copies as the probe was turned', () => {
    expect(hidingVariations(2, 0)).toEqual([{ hide: { x: 0, y: 0, width: 1, height: 1 } }]);
    const variations = hidingVariations(8, 90);
    expect(variations).toHaveLength(49);
    expect(variations[8]).toEqual({ hide: { x: 0.125, y: 0.125, width: 0.25, height: 0.25 }, turn: 90 });
  });
});

describe('explain', () => {
  it('collects probe, match, runner-up and both maps', async () => {
    const thumbnail = Uint8Array.of(0xff, 0xd8, 1);
    const references = [reference('form', 0.95, { attachments: { thumbnail } }), reference('other', 0.6)];
    const { classifier, embedder } = create(references, [1, 1, 1, 0.2]);
    const explanation = await explain(classifier, 'probe', { grid: 3 });
    expect(explanation.match).toEqual({
      id: 'id of form',
      label: 'form',
      score: expect.closeTo(0.95, 6),
      thumbnail,
    });
    expect(explanation.runnerUp).toMatchObject({ label: 'other', thumbnail: undefined });
    expect(explanation.thumbnail).toEqual(Uint8Array.of(1, 2, 3));
    expect('thumbnail' in explanation.classification).toBe(false);
    expect(explanation.carried!.falls[0]).toBeCloseTo(0, 6);
    expect(explanation.carried!.falls[8]).toBeGreaterThan(0.1);
    expect(explanation.separated!.falls).toHaveLength(9);
    expect(embedder.calls.map(({ options }) => options.variations?.whole?.length)).toEqual([undefined, 4]);
    expect(embedder.calls[1]!.options.locate).toBe(false);
  });

  it('hides parts of the document that was located, and shows where it lay', async () => {
    const corners = [
      { x: 1, y: 2 },
      { x: 9, y: 2 },
      { x: 9, y: 8 },
      { x: 1, y: 8 },
    ] as const;
    const located = [{ found: 'located', corners, angle: 90, vector: direction(0.95) }] as const;
    const { classifier, embedder } = create([reference('form', 1)], [1, 1, 1, 1], {
      vector: direction(0.6),
      located,
    });
    const { classification, photo, carried } = await explain(classifier, 'probe', { grid: 3 });
    const outline = [corners[3], corners[0], corners[1], corners[2]];
    expect(classification).toMatchObject({ found: 'located', corners: outline, angle: 90 });
    expect(photo).toEqual(Uint8Array.of(1, 2, 3));
    expect(carried).toMatchObject({ rows: 3 });
    expect(embedder.calls.map(({ options }) => options.locate)).toEqual(['auto', false, outline]);
    expect(embedder.calls[2]!.options.variations!.cut![0]).toEqual({
      hide: { x: 0, y: 0, width: 2 / 3, height: 2 / 3 },
    });
  });

  it('shows the negative reference that rejected', async () => {
    const references = [reference('form', 0.85), reference('.', 0.95)];
    const { match, runnerUp } = await explain(create(references, [1, 1, 1, 1]).classifier, 'probe', {
      grid: 3,
    });
    expect([match!.label, runnerUp!.label]).toEqual(['.', 'form']);
  });

  it('has nothing to show of an empty gallery, and no runner-up of one label', async () => {
    const empty = await explain(create([], []).classifier, 'probe');
    expect(empty).toMatchObject({ match: null, runnerUp: null, carried: null, separated: null });
    const one = await explain(create([reference('form', 0.9)], [1, 1, 1, 1]).classifier, 'probe', {
      grid: 3,
    });
    expect(one).toMatchObject({ runnerUp: null, separated: null, carried: { rows: 3 } });
  });

  it.each([1, 33, 2.5, Number.NaN])('refuses a grid of %d', async (grid) => {
    expect(await codeOf(explain(create([], []).classifier, 'probe', { grid }))).toBe('INVALID_ARGUMENT');
  });
});
