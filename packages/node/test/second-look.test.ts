/** The second look by the classifier that users get, on the project's own drawn documents. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Classifier, createDocClassifier, featuresAttachment, type ImageSource } from '../src/index.ts';

const folder = new URL('../../../fixtures/documents/', import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, folder));
const { references }: { references: readonly { readonly file: string; readonly label: string }[] } =
  JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));

let looking: Classifier<ImageSource>;
let glancing: Classifier<ImageSource>;

beforeAll(async () => {
  looking = await createDocClassifier();
  for (const { file, label } of references) await looking.register(pathOf(file), { label });
  glancing = await createDocClassifier({ secondLook: false, gallery: looking.gallery });
});

afterAll(async () => {
  await looking.close();
  await glancing.embedder.close();
});

describe('a second look', () => {
  it('references keep their features, at most 11 kB each, unless told not to', async () => {
    for await (const { attachments } of looking.references()) {
      expect(attachments[featuresAttachment]!.length).toBeGreaterThan(1000);
      expect(attachments[featuresAttachment]!.length).toBeLessThanOrEqual(11_000);
    }
    await using plain = await createDocClassifier({ secondLook: 'auto' });
    const { reference } = await plain.register(pathOf(references[0]!.file), { label: 'form' });
    expect(Object.keys(reference.attachments)).not.toContain(featuresAttachment);
  });

  it('names a photo that the vector alone could not, and where the document lies in it', async () => {
    const small = await onATable(pathOf('references/id-back.jpg'));
    const first = await glancing.classify(small, { locate: false });
    expect(first.status).toBe('unknown');
    const second = await looking.classify(small, { locate: false });
    expect(second).toMatchObject({ status: 'accepted', label: 'id/back', reason: 'second-look' });
    expect(second.evalue!).toBeLessThan(0.01);
    expect(await looking.classify(small, { locate: false, secondLook: false })).toMatchObject({
      status: 'unknown',
      reason: first.reason,
      evalue: first.evalue,
    });
    expect(second.sight!.label).toBe('id/back');
    const [topLeft, , bottomRight] = second.sight!.corners;
    expect(Math.hypot(topLeft.x - place.left, topLeft.y - place.top)).toBeLessThan(4);
    const right = place.left + place.width;
    expect(Math.hypot(bottomRight.x - right, bottomRight.y - place.top - place.height)).toBeLessThan(4);
  });

  it('names one of two letters of one letterhead by what only it says', async () => {
    const letters = JSON.parse(readFileSync(new URL('look-alikes/index.json', folder), 'utf8'));
    await using classifier = await createDocClassifier({ lint: false });
    for (const { file, label } of letters.references) await classifier.register(pathOf(file), { label });
    for (const { file, expected } of letters.probes) {
      const photo = pathOf(file);
      const { label, sight } = await classifier.classify(photo);
      expect(label).toBe(expected);
      expect(sight!.told!.from).toBe(expected === 'letters/lapse' ? 'letters/renewal' : 'letters/lapse');
      expect(sight!.places.length).toBe(sight!.inliers);
      // The letterhead ends at a fifth of the page, the signature begins at three quarters.
      const { y, height } = sight!.told!.reference;
      expect(y).toBeGreaterThan(0.2);
      expect(y + height).toBeLessThan(0.75);
      expect((await classifier.classify(photo, { secondLook: false })).label).toBe('letters');
    }
  });

  it('leaves what is sure and what is unknown as it was', async () => {
    const sure = pathOf('probes/id-back-1.jpg');
    const { timings: _, ...answer } = await looking.classify(sure);
    const { timings: __, ...before } = await glancing.classify(sure);
    expect(answer).toEqual(before);
    for (const name of ['unknown-letter', 'unknown-parking-notice', 'unknown-school-certificate']) {
      expect((await looking.classify(pathOf(`probes/${name}.jpg`))).status).toBe('unknown');
    }
  });

  it('looks by default at references that have features', async () => {
    await using classifier = await createDocClassifier();
    for await (const reference of looking.references()) {
      await classifier.gallery.add([reference]);
    }
    const small = await onATable(pathOf('references/id-back.jpg'));
    expect((await classifier.classify(small, { locate: false })).label).toBe('id/back');
  });
});

const place = { left: 230, top: 170, width: 460, height: 0 };

/** The document on a dark table, half as wide as the picture. */
async function onATable(file: string): Promise<Uint8Array> {
  const card = sharp(file).resize({ width: place.width });
  const { data, info } = await card.png().toBuffer({ resolveWithObject: true });
  place.height = info.height;
  const background = { r: 70, g: 52, b: 40 };
  const table = sharp({ create: { width: 900, height: 700, channels: 3, background } });
  const picture = table.composite([{ input: data, left: place.left, top: place.top }]);
  return new Uint8Array(await picture.png().toBuffer());
}
