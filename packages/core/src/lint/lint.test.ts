import { describe, expect, it } from 'vitest';
import { createClassifier } from '../classifier.ts';
import type { RegisterItem } from '../classifier-contract.ts';
import type { NewReference } from '../gallery.ts';
import { qualityKey } from '../metadata.ts';
import { collect, createFakeEmbedder, createFakeGallery, direction, type FakeImage } from '../testing.ts';
import {
  describeWarning,
  foldLabel,
  type LintWarning,
  lintGallery,
  lintQuality,
  lintRegistration,
} from './index.ts';

const good = { width: 800, height: 600, sharpness: 300, glare: 0, contrast: 0.9 };

const reference = (label: string, score: number, rest: Partial<NewReference> = {}): NewReference => ({
  id: `${label}@${score}`,
  label,
  vector: direction(score),
  ...rest,
});

/** One threshold for whatever meets the gallery. */
const atLeast =
  (threshold: number) =>
  async (_: Float32Array, { score }: { readonly score: number }) =>
    score >= threshold ? threshold : undefined;

/** A classifier with the lint; images have a good quality unless they say otherwise. */
function create(
  references: readonly NewReference[],
  images: Readonly<Record<string, FakeImage>>,
  rotations = false,
) {
  const sharp = Object.fromEntries(
    Object.entries(images).map(([name, image]) => [
      name,
      { ...image, quality: { ...good, ...image.quality } },
    ]),
  );
  const gallery = createFakeGallery(references);
  const embedder = createFakeEmbedder(sharp);
  return createClassifier({ embedder, gallery, threshold: 0.8, lint: lintRegistration, rotations });
}

describe('lintQuality', () => {
  it('says nothing of a good picture', () => {
    expect(lintQuality(good)).toEqual([]);
  });

  it.each([
    ['too-small', { height: 20 }, 20],
    ['blurred', { sharpness: 0.5 }, 0.5],
    ['glaring', { glare: 0.6 }, 0.6],
    ['low-contrast', { contrast: 0.05 }, 0.05],
  ])('warns of %s with the measure and its limit', (code, spoilt, value) => {
    expect(lintQuality({ ...good, ...spoilt })).toEqual([{ code, value, limit: expect.any(Number) }]);
  });
});

describe('register with a lint', () => {
  it('keeps the quality in the metadata, beside the user’s', async () => {
    const classifier = create([], { scan: {} });
    const { reference: stored, warnings } = await classifier.register('scan', {
      label: 'form',
      metadata: { page: 1 },
    });
    expect(warnings).toEqual([]);
    expect(stored.metadata).toEqual({ page: 1, [qualityKey]: good });
  });

  it('names a near duplicate of the same label', async () => {
    const classifier = create([reference('form', 0.999)], { scan: {} });
    const { warnings } = await classifier.register('scan', { label: 'form' });
    expect(warnings).toEqual([
      { code: 'near-duplicate', other: { id: 'form@0.999', label: 'form' }, score: expect.closeTo(0.999, 5) },
    ]);
  });

  it('knows the same bytes under another id', async () => {
    const classifier = create([reference('form', 1, { sourceHash: 'abc' })], { scan: { sourceHash: 'abc' } });
    const { warnings } = await classifier.register('scan', { label: 'form', id: 'mine' });
    expect(warnings).toEqual([{ code: 'exact-duplicate', other: { id: 'form@1', label: 'form' } }]);
  });

  it('does not call a reference its own duplicate when it is replaced', async () => {
    const classifier = create([], { scan: {} });
    await classifier.register('scan', { label: 'form' });
    const { warnings } = await classifier.register('scan', { label: 'form', existing: 'replace' });
    expect(warnings).toEqual([]);
  });

  it.each([
    [0.995, 'same-image-two-labels'],
    [0.85, 'confusable-labels'],
    [0.75, undefined],
  ])('says of a score of %d to another label: %s', async (score, code) => {
    const classifier = create([reference('other', score)], { scan: {} });
    const { warnings } = await classifier.register('scan', { label: 'form' });
    expect(warnings.map((warning) => warning.code)).toEqual(code ? [code] : []);
    expect(warnings).toMatchObject(code ? [{ other: { id: `other@${score}`, label: 'other' } }] : []);
  });

  it('sees no rival in a label of which one contains the other', async () => {
    const classifier = create([reference('form/stained', 0.9), reference('form', 0.9)], { scan: {} });
    expect((await classifier.register('scan', { label: 'form' })).warnings).toEqual([]);
  });

  it('finds the rival behind the states of its own type', async () => {
    const own = Array.from({ length: 5 }, (_, i) => reference(`form/${i}`, 0.95));
    const classifier = create([...own, reference('other', 0.9)], { scan: {} });
    expect((await classifier.register('scan', { label: 'form' })).warnings).toMatchObject([
      { code: 'confusable-labels', other: { label: 'other' }, threshold: 0.8 },
    ]);
  });

  it('says that a negative reference is close', async () => {
    const classifier = create([reference('.', 0.9)], { scan: {} });
    const { warnings } = await classifier.register('scan', { label: 'form' });
    expect(warnings).toMatchObject([{ code: 'confusable-labels', other: { label: '.' } }]);
  });

  it('compares names with the first reference of a label only', async () => {
    const classifier = create([reference('Bank/Form', 0.1)], { one: {}, two: { vector: direction(0.6) } });
    const first = await classifier.register('one', { label: 'bank/form' });
    expect(first.warnings).toEqual([{ code: 'similar-label-names', label: 'bank', otherLabel: 'Bank' }]);
    expect((await classifier.register('two', { label: 'bank/form' })).warnings).toEqual([]);
  });

  it('finds the turn in which a reference resembles its label', async () => {
    const turned = [direction(0.2), direction(0.3), direction(0.97)];
    const images = { lying: { vector: direction(0.5), turned } };
    const lying = (rotations: boolean) =>
      create([reference('form', 1)], images, rotations).register('lying', { label: 'form' });
    expect((await lying(true)).warnings).toMatchObject([{ code: 'rotated', angle: 270 }]);
    expect((await lying(false)).warnings).toEqual([]);
  });

  it('compares the items of one stream with those before them, however they are batched', async () => {
    const items: RegisterItem<string>[] = [
      { source: 'a', label: 'one' },
      { source: 'b', label: 'two' },
      { source: 'c', label: 'TWO' },
    ];
    const images = { a: {}, b: { vector: direction(0.9) }, c: { vector: direction(0.1) } };
    for (const concurrency of [1, 8]) {
      const classifier = create([], images);
      const outcomes = await collect(classifier.registerMany(items, { concurrency }));
      const codes = outcomes.map((item) => item.ok && item.result.warnings.map(({ code }) => code));
      expect(codes).toEqual([[], ['confusable-labels'], ['similar-label-names']]);
    }
  });

  it('fails the one item whose look fails, and stores the others', async () => {
    const gallery = createFakeGallery();
    const lint = async ({ reference: { label } }: { reference: NewReference }): Promise<LintWarning[]> => {
      if (label === 'bad') throw new Error('lint');
      return [];
    };
    const classifier = createClassifier({ embedder: createFakeEmbedder(), gallery, threshold: 0.8, lint });
    const items = ['a', 'bad', 'c'].map((label) => ({ source: label, label }));
    const outcomes = await collect(classifier.registerMany(items));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect([...gallery.stored.values()].map(({ label }) => label)).toEqual(['a', 'c']);
  });
});

describe('lintGallery', () => {
  it('names each pair once, the closest of two labels, and counts what was not measured', async () => {
    const gallery = createFakeGallery([
      reference('form', 1, { metadata: { [qualityKey]: { ...good, sharpness: 0.1 } } }),
      reference('form', 0.9991, { sourceHash: 'x' }),
      reference('other', 0.9, { metadata: { [qualityKey]: 'nonsense' } }),
      reference('other', 0.8, { metadata: { [qualityKey]: good } }),
      reference('FORM/sub', 0.1),
    ]);
    const { references, withoutQuality, warnings } = await lintGallery(gallery, { reached: atLeast(0.85) });
    expect([references, withoutQuality]).toEqual([5, 3]);
    expect(warnings.map(({ reference: about, warning }) => [about?.id, warning.code])).toEqual([
      ['form@1', 'blurred'],
      ['form@1', 'near-duplicate'],
      [expect.stringMatching('@0.9'), 'confusable-labels'],
      [undefined, 'similar-label-names'],
    ]);
    for (const { warning } of warnings) expect(describeWarning(warning)).not.toContain('undefined');
  });

  it('tells labels that hang together once, and a pair as a pair', async () => {
    // Degrees on a circle; a score of 0.96 is 23 degrees and a half.
    const at = (label: string, degrees: number): NewReference => ({
      id: label,
      label,
      vector: direction((1 + Math.cos((degrees * Math.PI) / 180)) / 2),
    });
    const gallery = createFakeGallery([
      at('a', 0),
      at('b', 20),
      at('c', 40),
      at('d', 60),
      at('x', 100),
      at('y', 115),
      at('lone', 170),
    ]);
    const { warnings } = await lintGallery(gallery, { reached: atLeast(0.96) });
    expect(warnings).toMatchObject([
      { reference: null, warning: { code: 'look-alike-labels', labels: ['a', 'b', 'c', 'd'] } },
      { warning: { code: 'confusable-labels' } },
    ]);
    expect(describeWarning(warnings[0]!.warning)).toMatch(/^these 4 labels look alike: a further one/);
  });

  it('finds nothing in an empty gallery', async () => {
    const answer = await lintGallery(createFakeGallery(), { reached: atLeast(0.8) });
    expect(answer).toEqual({ references: 0, withoutQuality: 0, warnings: [] });
  });
});

/** What Python's `unicodedata.normalize('NFKC', text.casefold())` makes equal. */
describe('foldLabel', () => {
  it.each([
    ['ＡＢＣ', 'abc'],
    ['Straße', 'STRASSE'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ﬁle', 'FILE'],
    ['Ⅳ', 'iv'],
    ['É', 'é'],
  ])('makes %s and %s one', (a, b) => {
    expect(foldLabel(a)).toBe(foldLabel(b));
  });

  it.each([
    ['form-a', 'form_a'],
    ['e', 'é'],
    ['台灣', '台湾'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(foldLabel(a)).not.toBe(foldLabel(b));
  });
});
