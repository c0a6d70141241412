/** One set of pictures, embedded in Node and in Chromium: the vectors, the labels, and the gallery file agree. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Classifier,
  type Corners,
  createDocClassifier,
  exportGallery,
  type ImageSource,
  importGallery,
  quarterTurns,
} from '@docclf/node';
import type { Browser } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from './chromium.ts';
import { tell } from './engines.ts';
import { openPage, type TestPage } from './page.ts';
import { withOrientation } from './pictures.ts';
import { runtimeUrl, startServer, type TestServer } from './server.ts';
import { wrongPixels } from './wrong-pixels.ts';

interface Embedded {
  readonly vector: number[];
  readonly width: number;
  readonly height: number;
  readonly views: readonly {
    readonly found: string;
    readonly angle: number;
    readonly corners?: Corners;
    readonly vector: number[];
  }[];
}

interface Answer {
  readonly status: string;
  readonly label: string | null;
  readonly score: number | null;
  readonly evalue: number | null;
  readonly threshold: { readonly value: number };
  readonly sight?: { readonly inliers: number };
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const documents = join(root, 'fixtures/documents');
/** The development benchmark is not part of the project. */
const bench = join(process.env.DOCCLF_DATA ?? join(root, '../shared/data'), 'bench');
/** `DOCCLF_ALL_PROBES=true` takes every picture of the benchmark, which needs some minutes. */
const share = process.env.DOCCLF_ALL_PROBES === 'true' ? 1 : 1 / 8;

const samePixels = 0.9999;
const sameBytes = 0.999;

describe.skipIf(chromiumPath === undefined)('Node and Chromium', () => {
  let browser: Browser;
  let server: TestServer;
  let node: Classifier<ImageSource>;
  let test: TestPage;
  let engine: string;

  beforeAll(async () => {
    [browser, server, node] = await Promise.all([launchChromium(), startServer(), createDocClassifier()]);
    server.mount('bench', bench);
    engine = `Chromium ${browser.version().split('.')[0]}`;
    test = await openPage(browser, `${server.url}/plain.html`);
    await test.call('open', 'web', { runtimeUrl });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await node?.close();
  });

  /** From the bytes of a file, and from the pixels that the browser made of it. */
  async function compare(file: string, url: string): Promise<{ bytes: number; pixels: number }> {
    const [inNode] = await node.embedder.embed([file]);
    const inWeb = await test.call<Embedded>('embed', 'web', 'bytes', url);
    expect([inWeb.width, inWeb.height]).toEqual([inNode!.width, inNode!.height]);
    const { vector, width, height } = await test.call<Embedded>('embedPixels', 'web', url, '/pixels');
    const data = server.received.get('/pixels')!;
    const [fromPixels] = await node.embedder.embed([{ data, width, height, channels: 4 }]);
    return { bytes: cosine(inNode!.vector, inWeb.vector), pixels: cosine(fromPixels!.vector, vector) };
  }

  async function compareAll(
    title: string,
    pictures: readonly { file: string; url: string }[],
  ): Promise<void> {
    const found: { bytes: number; pixels: number }[] = [];
    for (const { file, url } of pictures) found.push(await compare(file, url));
    const worst = (key: 'bytes' | 'pixels') => Math.min(...found.map((cosines) => cosines[key]));
    const row = { engine, pictures: found.length };
    tell({ ...row, what: `${title}, from the same bytes`, leastCosine: worst('bytes') });
    tell({ ...row, what: `${title}, from the same pixels`, leastCosine: worst('pixels') });
    expect(worst('pixels')).toBeGreaterThanOrEqual(samePixels);
    expect(worst('bytes')).toBeGreaterThanOrEqual(sameBytes);
  }

  /** Registers in Node, carries the gallery file over, and classifies in both. */
  async function compareLabels(
    title: string,
    references: readonly { file: string; label: string }[],
    probes: readonly { file: string; url: string }[],
  ): Promise<void> {
    const own = await createDocClassifier();
    for (const { file, label } of references) await own.register(file, { label });
    const url = server.put('gallery.docclf', await exportGallery(own.gallery));
    await test.call('open', 'labels', { runtimeUrl });
    expect(await test.call('importFile', 'labels', url)).toBe(references.length);
    const flips: string[] = [];
    let widest = 0;
    let factor = 0;
    let thresholds = 0;
    for (const probe of probes) {
      const inNode = await own.classify(probe.file);
      const inWeb = await test.call<Answer>('classify', 'labels', probe.url);
      widest = Math.max(widest, Math.abs((inNode.score ?? 0) - (inWeb.score ?? 0)));
      // Of 1e-100 the exponent is the size.
      const size = Math.max(1, -Math.log10(inNode.evalue!));
      factor = Math.max(factor, Math.abs(Math.log10(inWeb.evalue! / inNode.evalue!)) / size);
      thresholds = Math.max(thresholds, Math.abs(inWeb.threshold.value - inNode.threshold.value));
      if (inNode.label !== inWeb.label || inNode.status !== inWeb.status)
        flips.push(
          `${probe.url}: ${inNode.label} (${inNode.score}) in Node, ${inWeb.label} (${inWeb.score})`,
        );
    }
    await own.close();
    await test.call('close', 'labels');
    console.log(
      `${title}: ${references.length} references, ${probes.length} probes, ${flips.length} labels differ at the ` +
        `default threshold, scores by at most ${widest.toFixed(6)}`,
    );
    console.log(
      `E-values differ by at most a factor of ${(10 ** factor).toFixed(3)}, thresholds by ${thresholds.toFixed(5)}`,
    );
    expect(flips).toEqual([]);
    // The same strangers in both. An E-value is a tail: what decoders round differently moves its digits and
    // not its size.
    expect(factor).toBeLessThan(0.1);
    expect(thresholds).toBeLessThan(0.001);
  }

  const fixture = (file: string) => ({ file: join(documents, file), url: `/fixtures/documents/${file}` });
  const index: { references: { file: string; label: string }[] } = JSON.parse(
    readFileSync(join(documents, 'index.json'), 'utf8'),
  );

  it('agree on the fixtures', async () => {
    const files = ['references', 'probes'].flatMap((name) =>
      readdirSync(join(documents, name)).map((file) => fixture(`${name}/${file}`)),
    );
    await compareAll('fixtures', files);
  }, 120_000);

  it('find the same documents in photos, and see the same in them', async () => {
    const wide = 1600;
    let least = 1;
    let furthest = 0;
    for (const name of ['card-on-wood.jpg', 'form-upside-down-on-cloth.jpg']) {
      const { file, url } = fixture(`photos/${name}`);
      const options = { variations: { cut: quarterTurns } };
      const [inNode] = await node.embedder.embed([file], options);
      const inWeb = await test.call<Embedded>('embed', 'web', 'bytes', url, options);
      expect(inWeb.views.map(({ found, angle }) => [found, angle])).toEqual(
        inNode!.views.map(({ found, angle }) => [found, angle]),
      );
      expect(inNode!.views.filter(({ found }) => found === 'located').length).toBeGreaterThanOrEqual(8);
      for (const [i, view] of inWeb.views.entries()) {
        const expected = inNode!.views[i]!;
        least = Math.min(least, cosine(expected.vector, view.vector));
        for (const [k, { x, y }] of (view.corners ?? []).entries()) {
          const corner = expected.corners![k]!;
          furthest = Math.max(furthest, Math.hypot(corner.x - x, corner.y - y) / wide);
        }
      }
    }
    tell({ engine, pictures: 2, what: 'views of located photos, from the same bytes', leastCosine: least });
    expect(furthest).toBeLessThan(0.01);
    expect(least).toBeGreaterThanOrEqual(0.99);
  });

  it('names the document in a photo', async () => {
    const own = await createDocClassifier();
    for (const { file, label } of index.references) await own.register(join(documents, file), { label });
    const url = server.put('gallery.docclf', await exportGallery(own.gallery));
    await own.close();
    await test.call('open', 'photos', { runtimeUrl });
    await test.call('importFile', 'photos', url);
    const answer = await test.call<Answer>('classify', 'photos', fixture('photos/card-on-wood.jpg').url);
    expect(answer).toMatchObject({ status: 'accepted', label: 'id/front' });
    await test.call('close', 'photos');
  });

  it('take the same second look at a picture that the vector alone cannot name', async () => {
    const own = await createDocClassifier({ secondLook: true });
    for (const { file, label } of index.references) await own.register(join(documents, file), { label });
    const gallery = server.put('features.docclf', await exportGallery(own.gallery));
    const picture = await onATable(join(documents, 'references/id-back.jpg'));
    const options = { locate: false } as const;
    const inNode = await own.classify(picture, options);
    await own.close();
    expect(inNode).toMatchObject({ label: 'id/back', reason: 'second-look' });
    // By default, since the references have what it takes.
    await test.call('open', 'again', { runtimeUrl });
    await test.call('importFile', 'again', gallery);
    const url = server.put('table.png', picture);
    const inWeb = await test.call<Answer>('classify', 'again', url, options);
    expect(inWeb).toMatchObject({ label: 'id/back', reason: 'second-look', sight: { label: 'id/back' } });
    expect(Math.abs(inWeb.sight!.inliers - inNode.sight!.inliers)).toBeLessThanOrEqual(3);
    await test.call('close', 'again');
  });

  it('give the same labels from one gallery file, made in Node', async () => {
    const references = index.references.map(({ file, label }) => ({ file: join(documents, file), label }));
    const probes = readdirSync(join(documents, 'probes')).map((file) => fixture(`probes/${file}`));
    await compareLabels('fixtures', references, probes);
  }, 120_000);

  it('read in Node a gallery file that was made in the page', async () => {
    await test.call('open', 'made', { runtimeUrl });
    const { url, file } = fixture('references/id-front.jpg');
    const { id } = await test.call<{ id: string }>('register', 'made', url, 'id/front', { thumbnail: true });
    await test.call('exportFile', 'made', '/gallery');
    const own = await createDocClassifier();
    await importGallery(own.gallery, new Uint8Array(server.received.get('/gallery')!));
    const { label, score } = await own.classify(file);
    expect(label).toBe('id/front');
    expect(score).toBeGreaterThan(sameBytes);
    // Ids come from the bytes: the same file cannot be registered twice, wherever it was registered first.
    await expect(own.register(file, { label: 'id/front' })).rejects.toMatchObject({
      code: 'REFERENCE_EXISTS',
      details: { id },
    });
    await own.close();
  });

  it.each([
    ['a picture', (file: string) => readFileSync(file)],
    ['a photograph', (file: string) => sharp(file).resize(2048, 1280, { fit: 'fill' }).jpeg().toBuffer()],
  ])('turn %s by its EXIF orientation, once', async (name, make) => {
    const jpeg = await make(join(documents, 'probes/id-front-1.jpg'));
    const vectors: number[][] = [];
    let worst = 1;
    for (let orientation = 1; orientation <= 8; orientation++) {
      const turned = withOrientation(jpeg, orientation);
      const url = server.put(`orientation-${orientation}.jpg`, turned);
      const [inNode] = await node.embedder.embed([turned]);
      for (const form of ['bytes', 'file', 'url', 'bitmap']) {
        const inWeb = await test.call<Embedded>('embed', 'web', form, url);
        expect([inWeb.width, inWeb.height]).toEqual([inNode!.width, inNode!.height]);
        worst = Math.min(worst, cosine(inNode!.vector, inWeb.vector));
      }
      vectors.push([...inNode!.vector]);
    }
    tell({ engine, what: `EXIF orientations of ${name}`, pictures: 8, leastCosine: worst });
    expect(worst).toBeGreaterThanOrEqual(sameBytes);
    // Eight different pictures: otherwise nothing would have been turned in either.
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < i; j++) expect(cosine(vectors[i]!, vectors[j]!)).toBeLessThan(0.99);
    }
  });

  it('agree on what decoders may see differently', async () => {
    const drawing = () => sharp(join(documents, 'references/id-front.jpg'));
    const seeThrough = () => drawing().ensureAlpha(0.6);
    const large = () => drawing().resize(4032, 3024, { fit: 'fill' });
    const variants: [name: string, picture: Sharp][] = [
      ['progressive JPEG', drawing().jpeg({ progressive: true })],
      ['JPEG without chroma subsampling', drawing().jpeg({ chromaSubsampling: '4:4:4' })],
      ['grey JPEG', drawing().greyscale().jpeg()],
      ['JPEG in Display P3', drawing().withIccProfile('p3').jpeg()],
      // Both shrink these while they decode, each by its own decoder.
      ['JPEG of 12 megapixels', large().jpeg()],
      ['progressive JPEG of 12 megapixels', large().jpeg({ progressive: true })],
      ['JPEG of 12 megapixels without chroma subsampling', large().jpeg({ chromaSubsampling: '4:4:4' })],
      ['grey JPEG of 12 megapixels', large().greyscale().jpeg()],
      ['JPEG of 12 megapixels in Display P3', large().withIccProfile('p3').jpeg()],
      ['JPEG of odd sides', drawing().resize(2481, 3507, { fit: 'fill' }).jpeg()],
      // Node shrinks this one alone.
      ['WebP of 12 megapixels', large().webp()],
      ['PNG of 16 bits', drawing().toColourspace('rgb16').png()],
      ['PNG with a palette', drawing().png({ palette: true })],
      ['PNG with alpha', seeThrough().png()],
      ['WebP with alpha', seeThrough().webp()],
      ['WebP without loss', drawing().webp({ lossless: true })],
      ['AVIF', drawing().avif({ effort: 0 })],
      ['GIF', drawing().gif({ effort: 1 })],
    ];
    // Chromium inverts the four inks and reads no profile; sharp converts by the profile, or by a usual one.
    const knownToDiffer: typeof variants = [
      ['CMYK JPEG with its profile', drawing().withIccProfile('cmyk').jpeg()],
      ['CMYK JPEG without one', drawing().toColourspace('cmyk').jpeg()],
    ];
    const different: [name: string, similarity: number][] = [];
    let worst = 1;
    for (const [name, picture] of [...variants, ...knownToDiffer]) {
      const bytes = await picture.toBuffer();
      const url = server.put(name, bytes);
      const [inNode] = await node.embedder.embed([bytes]);
      const inWeb = await test.call<Embedded>('embed', 'web', 'bytes', url);
      expect([name, inWeb.width, inWeb.height]).toEqual([name, inNode!.width, inNode!.height]);
      const similarity = cosine(inNode!.vector, inWeb.vector);
      if (knownToDiffer.some(([other]) => other === name)) different.push([name, similarity]);
      else worst = Math.min(worst, similarity);
    }
    tell({ engine, what: 'formats and profiles', pictures: variants.length, leastCosine: worst });
    for (const [name, similarity] of different)
      tell({ engine, what: `${name} (known to differ)`, pictures: 1, leastCosine: similarity });
    expect(worst).toBeGreaterThanOrEqual(sameBytes);
  }, 120_000);

  it.each(wrongPixels)('agree that $name is $code', async ({ name, code, bytes, ...size }) => {
    const source = bytes === undefined ? size : { ...size, data: new Uint8Array(bytes) };
    const inNode = await node.embedder.embed([source as never]).catch((error) => error);
    const inWeb = await test.call<{ code: string }>('embedWrongPixels', 'web', size, bytes);
    expect([inNode.code, inWeb.code], name).toEqual([code, code]);
  });

  describe.skipIf(!existsSync(bench))('on the development benchmark', () => {
    const types = (stratum: string) =>
      folders(join(bench, stratum)).flatMap((source) =>
        folders(join(bench, stratum, source)).map((type) => `${source}/${type}`),
      );
    const imagesOf = (folder: string) =>
      readdirSync(join(bench, folder))
        .filter((name) => name.endsWith('.jpg'))
        .sort(referenceFirst)
        .map((name) => ({ file: join(bench, folder, name), url: encodeURI(`/bench/${folder}/${name}`) }));

    it.each(['aligned', 'photos', 'filled'])(
      'agree on %s',
      async (stratum) => {
        const references: { file: string; label: string }[] = [];
        const probes: { file: string; url: string }[] = [];
        for (const label of types(stratum)) {
          const [reference, ...rest] = imagesOf(`${stratum}/${label}`);
          references.push({ file: reference!.file, label });
          probes.push(...rest);
        }
        const chosen = [...probes, ...filesUnder('unknown')].filter((_, i) => (i * share) % 1 === 0);
        await compareAll(stratum, chosen);
        await compareLabels(stratum, references, chosen);
      },
      1_200_000,
    );

    function filesUnder(folder: string): { file: string; url: string }[] {
      return [
        ...imagesOf(folder),
        ...folders(join(bench, folder)).flatMap((name) => filesUnder(`${folder}/${name}`)),
      ];
    }
  });
});

function folders(path: string): string[] {
  return readdirSync(path).filter((name) => statSync(join(path, name)).isDirectory());
}

/** The clean picture of a type, where there is one, is called so or bears the number 00. */
function referenceFirst(a: string, b: string): number {
  const rank = (name: string) => (name === 'reference.jpg' || name.startsWith('00_') ? 0 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** The document on a dark table, half as wide as the picture. */
async function onATable(file: string): Promise<Uint8Array> {
  const card = await sharp(file).resize({ width: 460 }).png().toBuffer();
  const create = { width: 900, height: 700, channels: 3, background: { r: 70, g: 52, b: 40 } } as const;
  const picture = sharp({ create }).composite([{ input: card, left: 230, top: 170 }]);
  return new Uint8Array(await picture.png().toBuffer());
}
