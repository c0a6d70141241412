import { describe, expect, it } from 'vitest';
import { createClassifier } from './classifier.ts';
import type { ClassifierOptions } from './classifier-contract.ts';
import { DocclfError } from './errors.ts';
import type { NewReference } from './gallery.ts';
import {
  codeOf,
  collect,
  createFakeEmbedder,
  createFakeGallery,
  deferred,
  direction,
  type FakeImage,
  settle,
  thrownCode,
} from './testing.ts';
import { quarterTurns } from './variations.ts';
import type { View } from './views.ts';

/** A probe at direction(1) scores what the reference's direction says. */
const reference = (label: string, score: number, id = label): NewReference => ({
  id,
  label,
  vector: direction(score),
});

function create(
  references: readonly NewReference[] = [],
  images: Readonly<Record<string, FakeImage>> = {},
  options: Partial<ClassifierOptions<string>> = {},
) {
  const embedder = createFakeEmbedder(images);
  const gallery = createFakeGallery(references);
  const classifier = createClassifier({ embedder, gallery, threshold: 0.8, ...options });
  return { classifier, embedder, gallery };
}

/** Images a, b, c, … each waiting until it is let go. */
function createGates(names: string) {
  const gates = Object.fromEntries([...names].map((name) => [name, deferred()]));
  const images = Object.fromEntries([...names].map((name) => [name, { until: gates[name]!.promise }]));
  return { images, open: (name: string) => gates[name]!.resolve() };
}

const bad = new DocclfError('IMAGE_CORRUPT', { source: 'bad' });

async function* endless(onPull: (pulled: number) => void = () => {}) {
  for (let pulled = 1; ; pulled++) {
    onPull(pulled);
    yield `image ${pulled}`;
  }
}

describe('createClassifier', () => {
  it.each([
    ['another space', { id: 'other@1', dimension: 2 }],
    ['another dimension', { id: 'tiny@1', dimension: 3 }],
  ])('refuses a gallery of %s', (_, space) => {
    const gallery = { ...createFakeGallery(), space };
    const open = () => createClassifier({ embedder: createFakeEmbedder(), gallery });
    expect(thrownCode(open)).toBe('GALLERY_SPACE_MISMATCH');
  });

  it.each([
    ['INVALID_ARGUMENT', { threshold: 2 }],
    ['INVALID_ARGUMENT', { concurrency: 0 }],
    ['INVALID_ARGUMENT', { margin: -0.1 }],
    ['INVALID_ARGUMENT', { margin: Number.NaN }],
    ['THRESHOLD_UNAVAILABLE', { threshold: { fpr: 1e-9 } }],
  ])('answers %s to %j', (code, options) => {
    expect(thrownCode(() => create([], {}, options))).toBe(code);
  });
});

describe('classify', () => {
  it('accepts one unknown document in a hundred by default, and raises the threshold as the gallery grows', async () => {
    const { classifier } = create([], {}, { threshold: undefined });
    const { threshold } = await classifier.classify('probe');
    expect(threshold).toEqual({
      value: 0.62,
      origin: 'impostor-table',
      fpir: 0.01,
      fpr: expect.closeTo(0.01, 12),
      comparisons: 1,
    });
    await classifier.register('first', { label: 'a' });
    expect((await classifier.classify('probe')).threshold.value).toBe(0.62);
    for (const name of 'bcdefghij') await classifier.register(name, { label: name });
    const later = (await classifier.classify('probe')).threshold;
    // Without strangers to compare with, every label is a comparison.
    expect(later.comparisons).toBe(10);
    // (1 - fpr) ^ 10 = 0.99, between the rows of 0.01 and 0.001 by the logarithm of the rate.
    const fpr = 1 - 0.99 ** 0.1;
    expect(later.value).toBeCloseTo(0.62 + 0.08 * Math.log10(0.01 / fpr), 9);
  });

  it('tells the threshold without a probe', async () => {
    const { classifier, embedder } = create([reference('a', 1)], {}, { threshold: { fpir: 0.1 } });
    const told = [await classifier.threshold(), await classifier.threshold({ rotations: true })];
    expect(embedder.calls).toEqual([]);
    expect(told[0]).toEqual((await classifier.classify('probe')).threshold);
    expect(told[1]).toEqual((await classifier.classify('probe', { rotations: true })).threshold);
    expect((await classifier.threshold({ threshold: 0.5 })).value).toBe(0.5);
  });

  it('counts the comparisons with what is expected only', async () => {
    const labels = Array.from({ length: 9 }, (_, i) => reference(i < 4 ? `id/${i}` : `x/${i}`, 0.9));
    const { classifier } = create(labels, {}, { threshold: { fpir: 0.1 } });
    const comparisons = async (expected?: readonly string[]) =>
      (await classifier.classify('probe', { expected })).threshold.comparisons;
    expect(await comparisons()).toBe(9);
    expect(await comparisons(['id'])).toBe(4);
    expect((await classifier.verify('probe', 'id')).threshold.comparisons).toBe(4);
  });

  it('answers with every field', async () => {
    const { classifier } = create([reference('bank/form', 0.95), reference('bank/card', 0.7)]);
    const { timings, ...result } = await classifier.classify('probe');
    expect(result).toEqual({
      status: 'accepted',
      label: 'bank/form',
      path: ['bank', 'form'],
      backedOffFrom: null,
      score: expect.closeTo(0.95, 6),
      threshold: { value: 0.8, origin: 'given' },
      margin: expect.closeTo(0.25, 6),
      marginOutside: expect.closeTo(0.25, 6),
      referenceId: 'bank/form',
      candidates: [
        { label: 'bank/form', score: expect.closeTo(0.95, 6), referenceId: 'bank/form' },
        { label: 'bank/card', score: expect.closeTo(0.7, 6), referenceId: 'bank/card' },
      ],
      negative: null,
      reason: 'above-threshold',
      states: [],
      seen: [],
      oneOf: [],
      evalue: null,
      modelId: 'tiny',
      image: { width: 30, height: 40 },
      found: 'whole',
      corners: null,
      outline: null,
      angle: 0,
      advice: [],
    });
    expect(timings).toMatchObject({ prepare: 3, infer: 4 });
    expect(timings.search).toBeGreaterThanOrEqual(0);
    expect(timings.total).toBeGreaterThanOrEqual(timings.search);
  });

  describe('with rotations', () => {
    const lying: FakeImage = {
      vector: direction(0.6),
      turned: [direction(0.3), direction(0.97), direction(0.5)],
    };
    const registered = [reference('form', 1)];

    it('decides on the best of four quarter turns and tells the angle', async () => {
      const { classifier } = create(registered, { probe: lying }, { rotations: true });
      const result = await classifier.classify('probe');
      expect(result).toMatchObject({ status: 'accepted', label: 'form', angle: 180 });
      expect(result.score).toBeCloseTo(0.97, 6);
      const verification = await classifier.verify('probe', 'form');
      expect(verification).toMatchObject({ accepted: true, score: result.score });
    });

    it('turns nothing unless asked to', async () => {
      const { classifier, embedder } = create(registered, { probe: lying });
      const result = await classifier.classify('probe');
      expect(result.status).toBe('unknown');
      expect(result.angle).toBe(0);
      expect(embedder.calls[0]!.options.variations?.whole).toBeUndefined();
      expect((await classifier.classify('probe', { rotations: true })).angle).toBe(180);
    });

    it('takes a probe as it stands when no turn is better, and in an empty gallery', async () => {
      const equal = { turned: [direction(1), direction(1), direction(1)] };
      const { classifier } = create(registered, { probe: equal }, { rotations: true });
      expect((await classifier.classify('probe')).angle).toBe(0);
      const empty = create([], { probe: lying }, { rotations: true }).classifier;
      expect(await empty.classify('probe')).toMatchObject({ reason: 'empty-gallery', angle: 0 });
    });

    it('counts four turns as what they cost for a rate of unknown documents', async () => {
      const { classifier } = create(registered, {}, { threshold: { fpir: 0.1 } });
      const comparisons = async (rotations: boolean) =>
        (await classifier.classify('probe', { rotations })).threshold.comparisons!;
      expect(await comparisons(true)).toBeCloseTo(4 ** 0.7 * (await comparisons(false)), 9);
    });
  });

  describe('with a document found in the picture', () => {
    // A sheet of 4 x 6 whose top left is at (10, 20), and what it cuts out stands on its head.
    const corners = [
      { x: 10, y: 20 },
      { x: 14, y: 20 },
      { x: 14, y: 26 },
      { x: 10, y: 26 },
    ] as const;
    const located = ([0, 90, 180, 270] as const).map((angle, i) => ({
      found: 'located' as const,
      corners,
      angle,
      vector: direction([0.5, 0.4, 0.97, 0.3][i]!),
    }));
    const registered = [reference('form', 1)];

    it('answers by the best of all views, and tells where and how the document lies', async () => {
      const { classifier } = create(registered, { probe: { vector: direction(0.6), located } });
      expect(await classifier.classify('probe')).toMatchObject({
        status: 'accepted',
        label: 'form',
        found: 'located',
        corners: [corners[2], corners[3], corners[0], corners[1]],
        outline: corners,
        angle: 180,
      });
      expect(await classifier.verify('probe', 'form')).toMatchObject({ accepted: true, label: 'form' });
    });

    it.each([
      [90, [3, 0, 1, 2]],
      [270, [1, 2, 3, 0]],
    ] as const)(
      'an answer found after a turn of %i degrees begins its corners there',
      async (turn, order) => {
        const probe = { vector: direction(0.6), located: [{ ...located[2]!, angle: turn }] };
        const result = await create(registered, { probe }).classifier.classify('probe');
        expect(result).toMatchObject({ angle: turn, corners: order.map((corner) => corners[corner]) });
      },
    );

    it('says so when the whole picture is the better view', async () => {
      const { classifier } = create(registered, { probe: { vector: direction(0.99), located } });
      const whole = { found: 'whole', corners: null, outline: corners, angle: 0 };
      expect(await classifier.classify('probe')).toMatchObject(whole);
    });

    it('has an outline before anything is registered', async () => {
      const { classifier } = create([], { probe: { vector: direction(0.6), located } });
      expect(await classifier.classify('probe')).toMatchObject({ reason: 'empty-gallery', outline: corners });
    });

    it('is none of yours when one of them is, in whichever view', async () => {
      const negative = { ...reference('.', 1), id: 'none', vector: direction(0.6) };
      const { classifier } = create([...registered, negative], {
        probe: { vector: direction(0.6), located },
      });
      const result = await classifier.classify('probe');
      expect(result).toMatchObject({ status: 'unknown', reason: 'negative-reference', found: 'located' });
      expect(result.negative!.score).toBeCloseTo(1, 5);
      expect((await classifier.verify('probe', 'form')).reason).toBe('negative-reference');
    });

    it('asks the embedder to look unless told otherwise, by the classifier or the call', async () => {
      const locates = async (options?: object, call?: object) => {
        const { classifier, embedder } = create(registered, {}, options);
        await classifier.classify('probe', call);
        await classifier.verify('probe', 'form', call);
        await classifier.register('other', { label: 'other', ...call });
        return embedder.calls.map(({ options: { locate } }) => locate);
      };
      expect(await locates()).toEqual(['auto', 'auto', 'auto']);
      expect(await locates({ locate: false })).toEqual([false, false, false]);
      expect(await locates({ locate: false }, { locate: 'auto' })).toEqual(['auto', 'auto', 'auto']);
      expect(await locates({}, { locate: corners })).toEqual([corners, corners, corners]);
    });

    it.each([[true], ['always'], [null]])('refuses locate: %s', async (locate) => {
      const { classifier } = create(registered);
      const asked = { locate } as unknown as { locate: false };
      expect(await codeOf(classifier.classify('probe', asked))).toBe('INVALID_ARGUMENT');
      expect(await codeOf(classifier.register('probe', { label: 'form', ...asked }))).toBe(
        'INVALID_ARGUMENT',
      );
      expect(thrownCode(() => create(registered, {}, asked))).toBe('INVALID_ARGUMENT');
    });
  });

  it('returns vector and thumbnail of the probe only when asked to', async () => {
    const { classifier } = create([reference('form', 1)]);
    const result = await classifier.classify('probe', { vector: true, thumbnail: true });
    expect(result.vector).toEqual(direction(1));
    expect(result.thumbnail).toEqual(Uint8Array.of(1, 2, 3));
    expect(Object.keys(await classifier.classify('probe'))).not.toContain('vector');
  });

  it('tells onClassified of each result', async () => {
    const told: unknown[] = [];
    const { classifier } = create(
      [reference('form', 1)],
      {},
      { onClassified: (result) => told.push(result) },
    );
    const one = await classifier.classify('probe');
    const [two] = await collect(classifier.classifyMany(['probe']));
    expect(told).toEqual([one, two!.ok && two!.result]);
  });

  it('keeps the best score and candidate of an unknown', async () => {
    const { classifier } = create([reference('bank/form', 0.75)]);
    expect(await classifier.classify('probe')).toMatchObject({
      status: 'unknown',
      label: null,
      path: [],
      score: expect.closeTo(0.75, 6),
      referenceId: 'bank/form',
      candidates: [{ label: 'bank/form' }],
      reason: 'below-threshold',
    });
  });

  it('answers unknown for an empty gallery', async () => {
    const result = await create().classifier.classify('probe');
    expect(result).toMatchObject({ status: 'unknown', score: null, candidates: [], reason: 'empty-gallery' });
  });

  it('does not choose between labels of the same score', async () => {
    const { classifier } = create([reference('a', 0.9), reference('b', 0.9)]);
    expect(await classifier.classify('probe')).toMatchObject({ status: 'unknown', reason: 'tied-labels' });
  });

  it('names topK candidates, and has a margin even for one', async () => {
    const labels = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { classifier, gallery } = create(labels.map((label, i) => reference(label, 0.95 - i / 10)));
    const one = await classifier.classify('probe', { topK: 1 });
    expect(one.candidates.map(({ label }) => label)).toEqual(['a']);
    expect(one.margin).toBeCloseTo(0.1, 6);
    expect((await classifier.classify('probe')).candidates).toHaveLength(5);
    expect((await classifier.classify('probe', { topK: 3 })).candidates).toHaveLength(3);
    // As many as tell whether the best stands out of its like.
    expect(gallery.counts).toEqual([17, 17, 17]);
    await classifier.classify('probe', { topK: 40 });
    // One more than is told, lest a negative reference takes a place.
    expect(gallery.counts.at(-1)).toBe(41);
  });

  it('takes a threshold of its own', async () => {
    const { classifier } = create([reference('a', 0.75)]);
    const strict = await classifier.classify('probe', { threshold: { fpr: 0.001 } });
    expect(strict).toMatchObject({
      status: 'accepted',
      threshold: { value: 0.7, origin: 'impostor-table', fpr: 0.001 },
    });
  });

  it('backs off to an ancestor that needs no reference', async () => {
    const { classifier } = create([reference('form/gen-1', 0.98), reference('form/gen-2', 0.975)]);
    expect(await classifier.classify('probe')).toMatchObject({
      status: 'accepted',
      label: 'form',
      backedOffFrom: 'form/gen-1',
      reason: 'backed-off',
      candidates: [{ label: 'form/gen-1' }, { label: 'form/gen-2' }],
    });
    expect((await classifier.classify('probe', { margin: 0.001 })).label).toBe('form/gen-1');
    const { classifier: daring } = create(
      [...'ab'].map((x, i) => reference(`f/${x}`, 0.9 - i / 200)),
      {},
      { margin: 0 },
    );
    expect((await daring.classify('probe')).label).toBe('f/a');
  });

  it('searches on until it has seen a label that is told from the best', async () => {
    const near = Array.from({ length: 30 }, (_, i) => reference(`form/${i}`, 0.98 - i / 10_000));
    const { classifier, gallery } = create([...near, reference('other', 0.975)]);
    // The rival from outside is the 31st label: with the first 17 alone nothing would lie outside of `form`.
    const { label, candidates, marginOutside } = await classifier.classify('probe');
    expect(label).toBe('form');
    expect(marginOutside).toBeCloseTo(0.005, 6);
    expect(candidates).toHaveLength(5);
    expect(gallery.counts).toEqual([17, 68]);
    await classifier.classify('probe', { threshold: 0.99 });
    expect(gallery.counts).toEqual([17, 68, 17]);
  });

  it('answers only with what is expected', async () => {
    const { classifier, gallery } = create([
      reference('bank/form', 0.95),
      reference('id/front', 0.9),
      reference('identity', 0.93),
      reference('passport', 0.85),
    ]);
    const { label, candidates } = await classifier.classify('probe', {
      expected: ['id', 'passport', 'id/front', 'id'],
    });
    expect(label).toBe('id/front');
    expect(candidates.map((candidate) => candidate.label)).toEqual(['id/front', 'passport']);
    // One search for all that is expected and the negative references.
    expect(gallery.counts).toHaveLength(1);
    expect(await classifier.classify('probe', { expected: ['passport'], topK: 1 })).toMatchObject({
      label: 'passport',
      margin: null,
    });
    expect(await codeOf(classifier.classify('probe', { expected: ['id', 'pasport'] }))).toBe(
      'LABEL_NOT_FOUND',
    );
  });

  it('says when the answer rests on the negative, and not when it does not', async () => {
    const inverted: View = { found: 'whole', angle: 0, inverted: true, vector: direction(0.95) };
    const images = {
      negative: { vector: direction(0.6), located: [inverted] },
      dark: { located: [inverted] },
    };
    const { classifier } = create([reference('a', 1)], images);
    expect(await classifier.classify('negative')).toMatchObject({ label: 'a', inverted: true });
    expect(await classifier.classify('dark')).not.toHaveProperty('inverted');
  });

  it('computes nothing that only a reference needs', async () => {
    const { classifier, embedder } = create([reference('a', 0.9)], {}, { thumbnails: true });
    await classifier.classify('probe');
    const options = { locate: 'auto', variations: { cut: quarterTurns, negatives: true } };
    expect(embedder.calls).toEqual([{ source: 'probe', options }]);
  });

  it.each([
    ['INVALID_ARGUMENT', { topK: 0 }],
    ['INVALID_ARGUMENT', { topK: 1.5 }],
    ['INVALID_ARGUMENT', { threshold: -1 }],
    ['INVALID_ARGUMENT', { threshold: { fpir: 1 } }],
    ['INVALID_ARGUMENT', { margin: 1.1 }],
    ['INVALID_ARGUMENT', { expected: [] }],
    ['INVALID_ARGUMENT', { expected: 'a' as never }],
    ['LABEL_INVALID', { expected: ['a/'] }],
    ['THRESHOLD_UNAVAILABLE', { threshold: { fpr: 1e-9 } }],
    ['ABORTED', { signal: AbortSignal.abort() }],
  ])('answers %s before any work to %j', async (code, options) => {
    const { classifier, embedder } = create([reference('a', 0.9)]);
    expect(await codeOf(classifier.classify('probe', options))).toBe(code);
    expect(embedder.calls).toEqual([]);
  });

  it('passes on what the embedder throws', async () => {
    const { classifier } = create([reference('a', 0.9)], { probe: { error: bad } });
    await expect(classifier.classify('probe')).rejects.toBe(bad);
  });
});

describe('verify', () => {
  const references = [
    reference('bank', 0.7),
    reference('bank/form', 0.9),
    reference('bank/card', 0.75),
    reference('bankrupt', 1),
  ];

  it('compares with the references of a label and its sub-labels only', async () => {
    const { classifier } = create(references);
    expect(await classifier.verify('probe', 'bank')).toEqual({
      accepted: true,
      label: 'bank/form',
      score: expect.closeTo(0.9, 6),
      evalue: null,
      threshold: { value: 0.8, origin: 'given' },
      referenceId: 'bank/form',
      reason: 'above-threshold',
      modelId: 'tiny',
    });
  });

  it('rejects below the threshold, its own or the given one', async () => {
    const { classifier } = create(references);
    expect((await classifier.verify('probe', 'bank/card')).accepted).toBe(false);
    expect((await classifier.verify('probe', 'bank/card', { threshold: 0.75 })).accepted).toBe(true);
  });

  it.each([
    ['LABEL_NOT_FOUND', 'ban'],
    ['LABEL_EMPTY', ''],
    ['LABEL_INVALID', 'bank/'],
  ])('answers %s to %j', async (code, label) => {
    const { classifier } = create(references);
    expect(await codeOf(classifier.verify('probe', label))).toBe(code);
  });
});

describe('register', () => {
  it('stores the image under its canonical label, with its hash, and tells its quality', async () => {
    const { classifier, gallery } = create();
    const { reference: stored, quality } = await classifier.register('scan', {
      label: 'bank/cafe\u0301',
      metadata: { page: 1 },
    });
    expect(stored).toMatchObject({
      id: 'id of hash of scan',
      label: 'bank/caf\u00e9',
      sourceHash: 'hash of scan',
      metadata: { page: 1 },
      attachments: {},
    });
    expect(quality).toMatchObject({ sharpness: 1 });
    expect([...gallery.stored.keys()]).toEqual([stored.id]);
  });

  it('takes an id, and keeps a thumbnail when asked to', async () => {
    const { classifier } = create();
    const { reference: stored } = await classifier.register('scan', {
      label: 'a',
      id: 'mine',
      thumbnail: true,
    });
    expect(stored).toMatchObject({ id: 'mine', attachments: { thumbnail: Uint8Array.of(1, 2, 3) } });
  });

  it('keeps thumbnails by default when the classifier says so', async () => {
    const { classifier, embedder } = create([], {}, { thumbnails: true });
    await classifier.register('a', { label: 'a' });
    await classifier.register('b', { label: 'a', thumbnail: false });
    expect(embedder.calls.map(({ options }) => options.thumbnail)).toEqual([true, false]);
  });

  it('replaces only when asked to', async () => {
    const { classifier, gallery } = create();
    await classifier.register('scan', { label: 'a', id: '1' });
    expect(await codeOf(classifier.register('scan', { label: 'b', id: '1' }))).toBe('REFERENCE_EXISTS');
    await classifier.register('scan', { label: 'b', id: '1', existing: 'replace' });
    expect(gallery.stored.get('1')!.label).toBe('b');
  });

  it('reports a bad label before it looks at the image', async () => {
    const { classifier, embedder } = create([], { bad: { error: bad } });
    expect(await codeOf(classifier.register('bad', { label: 'a//b' }))).toBe('LABEL_INVALID');
    expect(embedder.calls).toEqual([]);
  });
});

describe('negative references', () => {
  const images = { stranger: { vector: direction(0.95) }, mine: { vector: direction(1) } };

  it('make probes that they resemble most unknown, and are no label', async () => {
    const { classifier } = create([reference('bank/form', 0.9), reference('bank/card', 0.6)], images);
    expect((await classifier.classify('probe')).label).toBe('bank/form');
    const { reference: stored } = await classifier.register('stranger', { unknown: true });
    expect(stored).toMatchObject({ label: '.', sourceHash: 'hash of stranger' });
    const rejected = await classifier.classify('probe', { topK: 1 });
    expect(rejected).toMatchObject({
      status: 'unknown',
      label: null,
      reason: 'negative-reference',
      negative: { score: expect.closeTo(0.95, 6), referenceId: stored.id },
      candidates: [{ label: 'bank/form' }],
      margin: expect.closeTo(0.3, 6),
    });
    expect((await classifier.labels()).map(({ label }) => label)).toEqual(['bank/card', 'bank/form']);
    // A better reference of the type takes it back.
    await classifier.register('mine', { label: 'bank/form' });
    expect((await classifier.classify('probe')).label).toBe('bank/form');
  });

  it('reject whatever was expected, and in verify', async () => {
    const { classifier } = create([reference('id', 0.9), reference('x', 1)], images);
    await classifier.register('stranger', { unknown: true });
    const { reason, candidates } = await classifier.classify('probe', { expected: ['id'] });
    expect(reason).toBe('negative-reference');
    expect(candidates).toHaveLength(1);
    expect(await classifier.verify('probe', 'id')).toMatchObject({
      accepted: false,
      reason: 'negative-reference',
    });
    expect(await classifier.verify('probe', 'x')).toMatchObject({
      accepted: true,
      reason: 'above-threshold',
    });
  });

  it('leave the threshold of a rate as it is', async () => {
    const { classifier } = create([reference('a', 0.9)], images, { threshold: { fpir: 0.1 } });
    const before = (await classifier.classify('probe')).threshold;
    await classifier.register('stranger', { unknown: true });
    expect((await classifier.classify('probe')).threshold).toEqual(before);
  });

  it.each([
    ['INVALID_ARGUMENT', { label: 'a', unknown: true }],
    ['INVALID_ARGUMENT', {}],
    ['LABEL_INVALID', { label: '.' }],
    ['LABEL_INVALID', { label: './a' }],
  ])('answer %s to %j', async (code, options) => {
    const { classifier, gallery } = create();
    expect(await codeOf(classifier.register('scan', options as never))).toBe(code);
    expect(gallery.stored.size).toBe(0);
    for (const call of [classifier.verify('p', '.'), classifier.classify('p', { expected: ['.'] })]) {
      expect(await codeOf(call)).toBe('LABEL_INVALID');
    }
  });
});

describe('classifyAll', () => {
  const images: Record<string, FakeImage> = {
    desk: { documents: ['form', 'card', 'letter'] },
    form: { vector: direction(0.99) },
    card: { vector: direction(0.95) },
    letter: { vector: direction(0.1) },
    wall: { vector: direction(0.1), advice: ['nothing-found'] },
    page: { advice: ['nothing-found'] },
  };

  it('answers each document by itself, in the order of the embedder', async () => {
    const seen: unknown[] = [];
    const onClassified = ({ score }: { score: number | null }) => seen.push(score);
    const { classifier } = create([reference('form', 1)], images, { threshold: 0.9, onClassified });
    const answers = await classifier.classifyAll('desk');
    expect(answers.map(({ label }) => label)).toEqual(['form', 'form', null]);
    expect(seen).toEqual(answers.map(({ score }) => score));
    for (const [i, name] of ['form', 'card', 'letter'].entries()) {
      const { timings: _, ...alone } = await classifier.classify(name);
      expect(answers[i]).toMatchObject(alone);
    }
  });

  it('is `classify` where a picture is one document, or the embedder tells no several', async () => {
    const { classifier, embedder } = create([reference('form', 1)], images);
    const { embedAll: _, ...plain } = embedder;
    for (const one of [embedder, plain]) {
      const own = createClassifier({ embedder: one, gallery: classifier.gallery, threshold: 0.8 });
      const { timings: __, ...alone } = await own.classify('form');
      expect(await own.classifyAll('form')).toMatchObject([alone]);
    }
  });

  it('leaves out a picture in which nothing is found, unless it is one of the gallery', async () => {
    const seen: unknown[] = [];
    const { classifier } = create([reference('form', 1)], images, { onClassified: (one) => seen.push(one) });
    expect(await classifier.classifyAll('wall')).toEqual([]);
    expect(seen).toEqual([]);
    expect(await classifier.classifyAll('page')).toMatchObject([{ label: 'form' }]);
  });

  it('hands its options on, and refuses what is none', async () => {
    const { classifier, embedder } = create([reference('form', 1)], images);
    const controller = new AbortController();
    await classifier.classifyAll('desk', { locate: false, thumbnail: true, signal: controller.signal });
    expect(embedder.calls[0]!.options).toMatchObject({ locate: false, thumbnail: true });
    expect(await codeOf(classifier.classifyAll('desk', { most: 2 } as object))).toBe('INVALID_ARGUMENT');
    controller.abort();
    expect(await codeOf(classifier.classifyAll('desk', { signal: controller.signal }))).toBe('ABORTED');
  });
});

describe('classifyMany', () => {
  it('answers in order, with never more than `concurrency` under way', async () => {
    const { images, open } = createGates('abcdef');
    const { classifier, embedder } = create([reference('x', 0.9)], images);
    const results = collect(classifier.classifyMany([...'abcdef'], { concurrency: 2 }));
    // b is let go before a: the order must not follow.
    for (const name of 'bacdfe') {
      await settle();
      expect(embedder.underWay).toBeLessThanOrEqual(2);
      open(name);
    }
    const outcomes = await results;
    expect(outcomes.map(({ index, source }) => `${index}${source}`)).toEqual([
      '0a',
      '1b',
      '2c',
      '3d',
      '4e',
      '5f',
    ]);
    expect(outcomes.every((outcome) => outcome.ok && outcome.result.label === 'x')).toBe(true);
    expect(embedder.mostUnderWay).toBe(2);
  });

  it.each([
    [4, {}],
    [3, { concurrency: 3 }],
  ])('has %d under way by default or as the classifier says', async (most, options) => {
    const { images, open } = createGates('abcdef');
    const { classifier, embedder } = create([], images, options);
    const results = collect(classifier.classifyMany([...'abcdef']));
    await settle();
    expect(embedder.underWay).toBe(most);
    for (const name of 'abcdef') open(name);
    await results;
  });

  it('lets one bad image spoil nothing but itself', async () => {
    const { classifier } = create([reference('x', 0.9)], { bad: { error: bad } });
    const outcomes = await collect(classifier.classifyMany(['a', 'bad', 'c']));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(outcomes[1]).toEqual({ index: 1, source: 'bad', ok: false, error: bad });
  });

  it('pulls no more than `concurrency` beyond what was taken from an infinite source', async () => {
    let pulls = 0;
    let taken = 0;
    const { classifier } = create([reference('x', 0.9)]);
    const source = endless((pulled) => {
      pulls = pulled;
    });
    for await (const outcome of classifier.classifyMany(source, { concurrency: 3 })) {
      taken++;
      await settle();
      expect(pulls).toBe(taken + 3);
      if (outcome.index === 9) break;
    }
    expect(taken).toBe(10);
  });

  it('ends with ABORTED in the middle; what was yielded stays with the caller', async () => {
    const controller = new AbortController();
    const { images, open } = createGates('abc');
    const { classifier } = create([reference('x', 0.9)], images);
    const results = classifier
      .classifyMany([...'abc'], { concurrency: 1, signal: controller.signal })
      [Symbol.asyncIterator]();
    const first = results.next();
    await settle();
    open('a');
    expect((await first).value).toMatchObject({ index: 0, ok: true });
    const second = results.next();
    await settle();
    controller.abort();
    expect(await codeOf(second)).toBe('ABORTED');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('gives each image the options of the stream', async () => {
    const { signal } = new AbortController();
    const { classifier, embedder } = create([reference('x', 0.9), reference('y', 0.7)]);
    const options = { threshold: 0.95, topK: 1, signal };
    const [outcome] = await collect(classifier.classifyMany(['a'], options));
    expect(outcome).toMatchObject({ ok: true, result: { status: 'unknown', threshold: { value: 0.95 } } });
    expect(outcome?.ok && outcome.result.candidates).toHaveLength(1);
    expect(embedder.calls[0]!.options.signal).toBe(signal);
  });

  it('rejects when the source itself throws, after the outcomes before', async () => {
    async function* sources() {
      yield 'a';
      throw new Error('disk gone');
    }
    const seen: number[] = [];
    const run = async () => {
      for await (const { index } of create().classifier.classifyMany(sources())) seen.push(index);
    };
    await expect(run()).rejects.toThrow('disk gone');
    expect(seen).toEqual([0]);
  });

  it.each([
    ['INVALID_ARGUMENT', { topK: 0 }],
    ['INVALID_ARGUMENT', { concurrency: 0 }],
    ['INVALID_ARGUMENT', { margin: -0.1 }],
    ['INVALID_ARGUMENT', { margin: Number.NaN }],
    ['THRESHOLD_UNAVAILABLE', { threshold: { fpr: 1e-9 } }],
  ])('answers %s to %j as a whole, not for each image', async (code, options) => {
    expect(await codeOf(collect(create().classifier.classifyMany(['a'], options)))).toBe(code);
  });
});

describe('registerMany', () => {
  const items = (names: string) =>
    [...names].map((source) => ({ source, label: `type/${source}`, id: source }));

  it('registers in order', async () => {
    const { images, open } = createGates('abc');
    const { classifier, gallery } = create([], images);
    const results = collect(classifier.registerMany(items('abc')));
    for (const name of 'cba') {
      await settle();
      open(name);
    }
    expect((await results).map((outcome) => outcome.ok && outcome.result.reference.id)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect([...gallery.stored.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('writes together what became ready during a write', async () => {
    const { classifier, gallery } = create();
    const write = deferred();
    gallery.until = write.promise;
    const results = collect(classifier.registerMany(items('abcdef'), { concurrency: 1 }));
    await settle();
    expect(gallery.writes).toEqual([['a']]);
    write.resolve();
    await results;
    expect(gallery.writes).toEqual([['a'], ['b', 'c', 'd', 'e', 'f']]);
  });

  it('reports a bad image, a bad label and a taken id each for itself', async () => {
    const { classifier, gallery } = create([reference('old', 1, 'c')], { b: { error: bad } });
    const list = items('abcdef').map((item) => (item.source === 'd' ? { ...item, label: '' } : item));
    const outcomes = await collect(classifier.registerMany(list));
    const codes = outcomes.map((outcome) => (outcome.ok ? 'ok' : (outcome.error as DocclfError).code));
    expect(codes).toEqual(['ok', 'IMAGE_CORRUPT', 'REFERENCE_EXISTS', 'LABEL_EMPTY', 'ok', 'ok']);
    expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...gallery.stored.keys()].sort()).toEqual(['a', 'c', 'e', 'f']);
  });

  it('finds by halves which of a refused batch is to blame', async () => {
    const { classifier, gallery } = create([reference('old', 1, 'c')]);
    const write = deferred();
    gallery.until = write.promise;
    const results = collect(classifier.registerMany(items('abcd'), { concurrency: 1 }));
    await settle();
    write.resolve();
    expect((await results).map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(gallery.writes).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c', 'd'], ['c'], ['d']]);
  });

  it('gives each image the signal of the stream', async () => {
    const { signal } = new AbortController();
    const { classifier, embedder } = create();
    await collect(classifier.registerMany(items('a'), { signal }));
    expect(embedder.calls[0]!.options.signal).toBe(signal);
  });

  it('keeps what is there when asked to, and answers with it', async () => {
    const { classifier, gallery } = create([reference('old', 1, 'a')]);
    const [outcome] = await collect(classifier.registerMany(items('a'), { existing: 'keep' }));
    expect(outcome).toMatchObject({ ok: true, result: { reference: { label: 'old' } } });
    expect(gallery.stored.get('a')!.label).toBe('old');
  });

  it('does not measure a picture that no lint asks about', async () => {
    const { classifier, embedder } = create();
    await collect(classifier.registerMany(items('a')));
    expect(embedder.calls[0]!.options.quality).toBe(false);
  });

  it('replaces when asked to', async () => {
    const { classifier, gallery } = create([reference('old', 1, 'a')]);
    await collect(classifier.registerMany(items('a'), { existing: 'replace' }));
    expect(gallery.stored.get('a')!.label).toBe('type/a');
  });

  it('keeps on abort what was done, and has told it', async () => {
    const controller = new AbortController();
    const { images, open } = createGates('abc');
    const { classifier, gallery } = create([], images);
    const told: string[] = [];
    const run = async () => {
      for await (const outcome of classifier.registerMany(items('abc'), { signal: controller.signal })) {
        if (outcome.ok) told.push(outcome.result.reference.id);
      }
    };
    const end = codeOf(run());
    await settle();
    open('a');
    await settle();
    controller.abort();
    open('b');
    expect(await end).toBe('ABORTED');
    await settle();
    expect([...gallery.stored.keys()]).toEqual(['a']);
    expect(told).toEqual(['a']);
  });

  it('tells what a write under way at the abort has stored', async () => {
    const controller = new AbortController();
    const { classifier, gallery } = create();
    const write = deferred();
    gallery.until = write.promise;
    const outcomes = classifier.registerMany(items('ab'), { concurrency: 1, signal: controller.signal });
    const iterator = outcomes[Symbol.asyncIterator]();
    const first = iterator.next();
    await settle();
    controller.abort();
    write.resolve();
    expect((await first).value).toMatchObject({ ok: true, index: 0 });
    expect(await codeOf(iterator.next())).toBe('ABORTED');
    expect([...gallery.stored.keys()]).toEqual(['a']);
  });

  it('stops at once when its consumer does, though the source is silent', async () => {
    async function* oneThenSilence() {
      yield* items('a');
      await new Promise(() => {});
    }
    const { classifier, gallery } = create();
    for await (const _ of classifier.registerMany(oneThenSilence())) break;
    expect(gallery.stored.size).toBe(1);
  });

  it('reads an infinite source no further than it can write', async () => {
    let pulls = 0;
    async function* endlessItems() {
      for await (const source of endless((pulled) => {
        pulls = pulled;
      })) {
        yield { source, label: 'a' };
      }
    }
    const { classifier, gallery } = create();
    gallery.until = new Promise(() => {});
    void classifier.registerMany(endlessItems(), { concurrency: 2 })[Symbol.asyncIterator]().next();
    await settle();
    // One is being written, 512 may wait for the next write, and 2 - 1 more may be under way.
    expect(pulls).toBe(1 + 512 + 1);
  });
});

describe('close', () => {
  it('lets running calls end, then closes gallery and embedder', async () => {
    const { images, open } = createGates('ab');
    const { classifier, embedder, gallery } = create([reference('x', 0.9)], images);
    const calls = Promise.all([classifier.classify('a'), classifier.register('b', { label: 'y' })]);
    await settle();
    const closed = classifier.close();
    await settle();
    expect([gallery.closed, embedder.closed]).toEqual([false, false]);
    open('a');
    open('b');
    await closed;
    expect([gallery.closed, embedder.closed]).toEqual([true, true]);
    expect((await calls)[0].label).toBe('x');
    expect(gallery.stored.size).toBe(2);
  });

  it('waits for the write of a stream', async () => {
    const { classifier, gallery } = create();
    const write = deferred();
    gallery.until = write.promise;
    const outcomes = classifier.registerMany([{ source: 'a', label: 'x' }])[Symbol.asyncIterator]();
    const first = outcomes.next();
    await settle();
    const closed = classifier.close();
    await settle();
    expect(gallery.closed).toBe(false);
    write.resolve();
    await closed;
    expect((await first).value).toMatchObject({ ok: true });
  });

  it('refuses work afterwards, streams as a whole', async () => {
    const { classifier, embedder } = create([reference('x', 0.9)]);
    await classifier.close();
    expect(await codeOf(classifier.classify('a'))).toBe('CLOSED');
    expect(await codeOf(classifier.verify('a', 'x'))).toBe('CLOSED');
    expect(await codeOf(classifier.register('a', { label: 'x' }))).toBe('CLOSED');
    expect(await codeOf(collect(classifier.classifyMany(endless())))).toBe('CLOSED');
    expect(await codeOf(collect(classifier.registerMany([{ source: 'a', label: 'x' }])))).toBe('CLOSED');
    expect(embedder.calls).toEqual([]);
  });

  it.skipIf(!Symbol.asyncDispose)('is what `await using` does', async () => {
    const { classifier, embedder, gallery } = create();
    await classifier[Symbol.asyncDispose]();
    expect([gallery.closed, embedder.closed]).toEqual([true, true]);
  });

  it('closes the embedder also when the gallery cannot be closed', async () => {
    const { classifier, embedder, gallery } = create();
    gallery.close = () => Promise.reject(new Error('disk full'));
    await expect(classifier.close()).rejects.toThrow('disk full');
    expect(embedder.closed).toBe(true);
  });
});

describe('gallery upkeep', () => {
  it('is the gallery\u2019s own', async () => {
    const { classifier, gallery } = create([reference('a', 1)]);
    const asked: unknown[] = [];
    gallery.labels = async () => [{ label: 'a', references: 1 }];
    gallery.rename = async (...args) => asked.push(args);
    gallery.remove = async (...args) => asked.push(args);
    expect(await classifier.labels()).toEqual([{ label: 'a', references: 1 }]);
    await classifier.rename('a', 'b', { merge: true });
    await classifier.remove({ label: 'b' });
    expect(asked).toEqual([['a', 'b', { merge: true }], [{ label: 'b' }]]);
    expect((await collect(classifier.references())).map(({ id }) => id)).toEqual(['a']);
  });
});
