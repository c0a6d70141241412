/** Answers of the shipped model on galleries that users have, and on those that nobody should have. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Classifier, createDocClassifier, createNodeEmbedder, type ImageSource } from '../src/index.ts';
import { loadModel } from '../src/model.ts';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const probe = (name: string) => `${documents}probes/${name}.jpg`;
const reference = (name: string) => `${documents}references/${name}.jpg`;

const words =
  'claim policy your has been that with from account payment date number please within thirty days regards'.split(
    ' ',
  );

/** One letterhead, other text: as alike as two letters of one company are. */
function letter(seed: number): Promise<Buffer> {
  let state = seed * 7919 + 1;
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const line = (y: number) =>
    `<text x="40" y="${y}" font-size="13">${Array.from({ length: 8 + below(4) }, () => words[below(words.length)]).join(' ')}</text>`;
  const lines: string[] = [];
  for (let y = 260; y < 330 + below(420); y += below(6) === 0 ? 40 : 18) lines.push(line(y));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="620" height="877" font-family="sans-serif"><rect width="620" height="877" fill="white"/><rect x="40" y="30" width="80" height="50" fill="#143c8c"/><text x="140" y="66" font-size="26" fill="#143c8c">Acme Insurance</text><line x1="40" y1="95" x2="580" y2="95" stroke="#143c8c" stroke-width="2"/>${line(150)}${line(168)}${lines.join('')}<line x1="40" y1="845" x2="580" y2="845" stroke="grey"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

/** As an office scanner sees it: a little turned, greyish, blurred, saved small. */
function scanned(page: Buffer): Promise<Buffer> {
  return sharp(page)
    .rotate(0.7, { background: '#e8e8e8' })
    .linear(0.9, 8)
    .blur(0.8)
    .resize(480)
    .jpeg({ quality: 60 })
    .toBuffer();
}

let classifier: Classifier<ImageSource>;
const fresh = async () => {
  classifier = await createDocClassifier({ lint: false });
};

describe('galleries that users have', () => {
  beforeAll(fresh);
  afterAll(() => classifier.close());

  it('tells twenty letters of one company apart, each registered once', async () => {
    const letters = await Promise.all(Array.from({ length: 20 }, (_, i) => letter(i + 1)));
    for (const [i, page] of letters.entries()) await classifier.register(page, { label: `letter-${i}` });
    let right = 0;
    for (const [i, page] of letters.entries()) {
      const registered = await classifier.classify(page);
      expect(registered).toMatchObject({ status: 'accepted', label: `letter-${i}` });
      const answer = await classifier.classify(await scanned(page));
      // The answer may be one of several, and is never another letter.
      expect([`letter-${i}`, null]).toContain(answer.label);
      if (answer.status === 'accepted') right++;
      else expect(answer.oneOf).toContain(`letter-${i}`);
    }
    expect(right).toBeGreaterThanOrEqual(19);
  });

  it('still refuses what is no letter', async () => {
    for (const name of ['unknown-parking-notice', 'unknown-school-certificate']) {
      expect(await classifier.classify(probe(name))).toMatchObject({
        status: 'unknown',
        reason: 'below-threshold',
      });
    }
  });
});

describe('one type alone', () => {
  beforeAll(fresh);
  afterAll(() => classifier.close());

  it('is recognised and nothing else is', async () => {
    await classifier.register(reference('id-front'), { label: 'id' });
    const own = await classifier.classify(probe('id-front-1'));
    expect(own).toMatchObject({ status: 'accepted', label: 'id', margin: null });
    expect(own.evalue).toBeLessThan(0.01);
    const others = readdirSync(`${documents}probes`).filter((name) => !name.startsWith('id-'));
    for (const name of others) {
      const { status, evalue } = await classifier.classify(`${documents}probes/${name}`);
      expect([name, status]).toEqual([name, 'unknown']);
      expect(evalue).toBeGreaterThan(0.01);
    }
  });
});

describe('galleries that nobody should have', () => {
  it('of negatives only, of nothing: unknown, without a number that is none', async () => {
    await fresh();
    const empty = await classifier.classify(probe('id-front-1'));
    expect(empty).toMatchObject({ reason: 'empty-gallery', score: null, evalue: null });
    await classifier.register(reference('id-front'), { unknown: true });
    const refused = await classifier.classify(probe('id-front-1'));
    expect(refused.status).toBe('unknown');
    expect(Number.isFinite(refused.threshold.value)).toBe(true);
    expect((await classifier.threshold()).value).toBeGreaterThan(0.5);
    await classifier.close();
  });

  it('of one vector under twenty labels: one of these', async () => {
    await fresh();
    const [embedded] = await classifier.embedder.embed([reference('id-front')]);
    const { vector } = embedded!;
    await classifier.gallery.add(Array.from({ length: 20 }, (_, i) => ({ label: `copy-${i}`, vector })));
    const answer = await classifier.classify(probe('id-front-1'));
    expect(answer).toMatchObject({ status: 'unknown', reason: 'tied-labels', margin: 0 });
    expect(answer.oneOf.length).toBeGreaterThan(1);
    expect(Number.isFinite(answer.evalue)).toBe(true);
    await classifier.close();
  });

  it("of the model's own strangers: each is itself", async () => {
    await fresh();
    const { cohort } = await loadModel();
    const strangers = cohort!.flatMap(({ vectors }) => vectors.slice(0, 4));
    await classifier.gallery.add(strangers.map((vector, i) => ({ label: `stranger-${i}`, vector })));
    const embedder = await createNodeEmbedder();
    const vectors = new Map(strangers.map((vector, i) => [`${i}`, vector]));
    const { createClassifier } = await import('@docclf/core');
    const replayed = createClassifier<string>({
      gallery: classifier.gallery,
      embedder: {
        ...embedder,
        embed: async (names) =>
          names.map((name) => ({
            vector: vectors.get(name)!,
            views: [{ found: 'whole', angle: 0, vector: vectors.get(name)! }],
            width: 100,
            height: 100,
            timings: { prepare: 0, infer: 0 },
          })),
      },
    });
    for (const name of vectors.keys()) {
      const answer = await replayed.classify(name);
      expect(answer).toMatchObject({ status: 'accepted', label: `stranger-${name}` });
      expect(Number.isFinite(answer.evalue)).toBe(true);
    }
    await replayed.close();
    await classifier.embedder.close();
  });
});
