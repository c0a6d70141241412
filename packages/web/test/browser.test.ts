/** The built package in a real browser: sources, errors, worker and page, abort, models that must be refused. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  type Classifier,
  createDocClassifier,
  DocclfError,
  type ImageSource,
  quarterTurns,
} from '@docclf/node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtimeBytes } from '../src/runtime-bytes.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { openPage, type TestPage } from './page.ts';
import { declaredPng, gif } from './pictures.ts';
import { runtimeUrl, startServer, type TestServer } from './server.ts';

interface Embedded {
  readonly vector: number[];
  readonly width: number;
  readonly height: number;
  readonly sourceHash?: string;
  readonly quality?: { readonly sharpness: number };
  readonly thumbnail?: number[];
  readonly views: { readonly angle: number; readonly hidden?: object; readonly vector: number[] }[];
}

interface Told {
  readonly ours: boolean;
  readonly code: string;
  readonly details: unknown;
  readonly message: string;
  readonly cause?: string;
}

const folder = new URL('..', import.meta.url);
const picture = '/fixtures/documents/probes/id-front-1.jpg';
const file = (path: string) => readFileSync(new URL(`../..${path}`, folder));
const jpeg = file(picture);
const require = createRequire(import.meta.url);
const runtimeFile = readFileSync(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
const runtimeGpuFile = readFileSync(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm'));
const modelFile = (name: string) => readFileSync(new URL(`../model/${name}`, folder));
const manifest = JSON.parse(modelFile('manifest.json').toString());
const localiser = JSON.parse(modelFile('localiser.json').toString());

it('is imported by a server without a browser about it', () => {
  const script = "const docclf = await import('@docclf/web'); console.log(typeof docclf.createDocClassifier)";
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(folder),
    encoding: 'utf8',
  });
  expect(answer.trim()).toBe('function');
});

describe.skipIf(chromiumPath === undefined)('in Chromium, without a bundler', () => {
  let browser: Browser;
  let server: TestServer;
  let node: Classifier<ImageSource>;
  let test: TestPage;

  beforeAll(async () => {
    [browser, server, node] = await Promise.all([launchChromium(), startServer(), createDocClassifier()]);
    test = await openPage(browser, `${server.url}/plain.html`);
    await test.call('open', 'worker', { runtimeUrl });
    await test.call('open', 'page', { runtimeUrl, worker: false });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await node?.close();
  });

  it.each([true, false])('tells what it runs on, and how far all of it is: worker %s', async (worker) => {
    const { status, progress } = await test.call<{
      status: object;
      progress: { loadedBytes: number; totalBytes: number }[];
    }>('open', 'status', { runtimeUrl, worker });
    expect(status).toMatchObject({ device: 'wasm', worker, threads: 1, modelFrom: 'network' });
    const loaded = progress.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    const { loadedBytes, totalBytes } = progress.at(-1)!;
    expect(loadedBytes).toBe(totalBytes);
    const runtime = worker ? runtimeFile.length : runtimeBytes.wasm;
    expect(totalBytes).toBe(manifest.bytes + manifest.cohort.bytes + localiser.bytes + runtime);
    expect((await test.call<Told>('close', 'status')).code).toBe('CLOSED');
  });

  it('announces as many bytes as the runtime has', () => {
    expect(Math.abs(runtimeBytes.wasm / runtimeFile.length - 1)).toBeLessThan(0.01);
    expect(Math.abs(runtimeBytes.webgpu / runtimeGpuFile.length - 1)).toBeLessThan(0.01);
  });

  it.each([true, false])('gives up a download that stalls: worker %s', async (worker) => {
    const told = await test.call<Told>('openError', {
      runtimeUrl,
      worker,
      model: '/stalled',
      stallTimeout: 50,
    });
    expect(told).toMatchObject({ code: 'MODEL_NOT_FOUND', cause: expect.stringContaining('no byte came') });
  });

  it.each([true, false])('gives up loading when it is told to: worker %s', async (worker) => {
    const told = await test.call<Told>('openAborted', { runtimeUrl, worker });
    expect(told).toMatchObject({ code: 'ABORTED', details: { operation: 'Loading' } });
  });

  it('says which policy forbids WebAssembly', async () => {
    const strictServer = await startServer({
      'content-security-policy': "script-src 'self' 'unsafe-inline'",
    });
    const strict = await openPage(browser, `${strictServer.url}/plain.html`);
    for (const worker of [true, false]) {
      const told = await strict.call<Told>('openError', { runtimeUrl, worker });
      expect(told.code).toBe('RUNTIME_FAILED');
      expect(told.message).toContain("'wasm-unsafe-eval'");
    }
    await strict.page.close();
    await strictServer.close();
  });

  it('falls back from a graphics processor that is not there, and says why', async () => {
    const { status } = await test.call<{ status: { device: string; fallbackReason: string } }>(
      'open',
      'gpu',
      {
        runtimeUrl,
        device: 'webgpu',
      },
    );
    expect(status.device).toBe('wasm');
    expect(status.fallbackReason).toContain('WebGPU');
  });

  it('asks for what a graphics processor needs, by its import', async () => {
    expect(await test.call<Told>('openError', { device: 'webgpu' })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'device', expected: expect.stringContaining('@docclf/web/webgpu') },
    });
  });

  it('gives identical vectors in the worker and in the page', async () => {
    const inWorker = await test.call<Embedded>('embed', 'worker', 'blob', picture);
    const inPage = await test.call<Embedded>('embed', 'page', 'blob', picture);
    expect(inWorker.vector).toEqual(inPage.vector);
    expect(inWorker.vector).toHaveLength(manifest.output.dimension);
  });

  it.each([
    'url',
    'URL',
    'bytes',
    'view',
    'buffer',
    'file',
    'bitmap',
    'response',
    'image',
    'svgImage',
    'imageData',
    'canvas',
    'offscreen',
    'videoFrame',
    'video',
    'pixels',
  ])('takes %s, in the worker and in the page', async (form) => {
    const expected = await test.call<Embedded>('embed', 'worker', 'blob', picture);
    for (const name of ['worker', 'page']) {
      const embedded = await test.call<Embedded>('embed', name, form, picture);
      expect([embedded.width, embedded.height]).toEqual([expected.width, expected.height]);
      // Video frames may pass through YUV, whose steps are coarser than those of RGB.
      const least = form.startsWith('video') ? 0.99 : 0.99999;
      expect(cosine(embedded.vector, expected.vector)).toBeGreaterThan(least);
    }
  });

  it.each(['view', 'buffer', 'bitmap', 'response', 'image', 'canvas', 'imageData', 'pixels', 'videoFrame'])(
    'leaves %s to its owner',
    async (form) => {
      const [first, second] = await test.call<number[][]>('reuse', 'worker', form, picture);
      expect(second).toEqual(first);
    },
  );

  it('makes of a reference what Node makes of it', async () => {
    const options = { asReference: true, thumbnail: true };
    const [expected] = await node.embedder.embed([jpeg], options);
    const embedded = await test.call<Embedded>('embed', 'worker', 'file', picture, options);
    expect(embedded.sourceHash).toBe(expected!.sourceHash);
    expect(embedded.quality!.sharpness / expected!.quality!.sharpness).toBeCloseTo(1, 1);
    const thumbnail = Buffer.from(embedded.thumbnail!);
    const again = await node.embedder.embed([thumbnail]);
    expect(Math.max(again[0]!.width, again[0]!.height)).toBe(256);
    expect(cosine([...again[0]!.vector], embedded.vector)).toBeGreaterThan(0.98);
  });

  it('embeds turned and partly hidden copies as Node does, in the worker too', async () => {
    const hidden = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const variations = { whole: [...quarterTurns, { hide: hidden, turn: 90 as const }] };
    const [expected] = await node.embedder.embed([jpeg], { variations });
    const inWorker = await test.call<Embedded>('embed', 'worker', 'file', picture, { variations });
    const inPage = await test.call<Embedded>('embed', 'page', 'file', picture, { variations });
    expect(inWorker.views).toEqual(inPage.views);
    expect(inWorker.views.map(({ angle }) => angle)).toEqual([0, 90, 180, 270, 90]);
    expect(inWorker.views[4]!.hidden).toEqual(hidden);
    for (const [i, { vector }] of inWorker.views.entries()) {
      expect(cosine([...expected!.views[i]!.vector], vector)).toBeGreaterThan(0.99);
    }
  });

  it('serves many calls at once, each with its own answer', async () => {
    const urls = ['id-front-1', 'id-back-1', 'unknown-letter', 'receipts-corner-shop-1'].map(
      (name) => `/fixtures/documents/probes/${name}.jpg`,
    );
    const together = await test.call<Embedded[]>('embedAtOnce', 'worker', urls);
    for (const [i, url] of urls.entries()) {
      expect(together[i]!.vector).toEqual((await test.call<Embedded>('embed', 'worker', 'url', url)).vector);
    }
  });

  it.each(['worker', 'page'])('aborts one call and no other, in the %s', async (name) => {
    for (const when of ['before', 'during']) {
      const { error, length } = await test.call<{ error: Told; length: number }>(
        'abort',
        name,
        picture,
        when,
      );
      expect(error).toMatchObject({ ours: true, code: 'ABORTED', cause: 'enough' });
      expect(length).toBe(manifest.output.dimension);
    }
  });

  const bad: [name: string, bytes: Uint8Array | string, code: string][] = [
    ['text', 'This is no image at all.', 'IMAGE_FORMAT_UNSUPPORTED'],
    ['a PDF', '%PDF-1.7 and so on', 'IMAGE_FORMAT_UNSUPPORTED'],
    ['a JPEG that ends early', jpeg.subarray(0, jpeg.length >> 1), 'IMAGE_TRUNCATED'],
    ['a PNG that ends early', declaredPng(200, 200), 'IMAGE_TRUNCATED'],
    [
      'a damaged PNG',
      Buffer.concat([declaredPng(200, 200), Buffer.from('0000000049454e44ae426082', 'hex')]),
      'IMAGE_CORRUPT',
    ],
    ['a PNG without pixels', declaredPng(0, 200), 'IMAGE_WITHOUT_PIXELS'],
    ['a PNG that declares too much', declaredPng(60_000, 60_000), 'IMAGE_TOO_LARGE'],
    ['an animation', gif(3), 'IMAGE_ANIMATED'],
    ['a GIF that is too small', gif(1, 8, 100), 'IMAGE_TOO_SMALL'],
    ['a GIF that is too narrow', gif(1, 16, 1000), 'IMAGE_TOO_NARROW'],
  ];
  it.each(bad)('refuses %s with the code of Node', async (name, bytes, code) => {
    const url = server.put(name, bytes);
    const inNode = await node.embedder.embed([Buffer.from(bytes)]).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(DocclfError.is(inNode) && inNode.code).toBe(code);
    for (const where of ['worker', 'page']) {
      const told = await test.call<Told>('embedError', where, 'bytes', url);
      expect(told).toMatchObject({ ours: true, code, details: (inNode as DocclfError).details });
      expect(told.message).toBe((inNode as DocclfError).message);
    }
  });

  it.each([
    ['emptyBlob', 'IMAGE_EMPTY'],
    ['emptyCanvas', 'IMAGE_WITHOUT_PIXELS'],
    ['stillVideo', 'IMAGE_WITHOUT_PIXELS'],
    ['number', 'INVALID_ARGUMENT'],
    ['object', 'INVALID_ARGUMENT'],
    ['badPixels', 'INVALID_ARGUMENT'],
    ['smallPixels', 'IMAGE_TOO_SMALL'],
    ['narrowPixels', 'IMAGE_TOO_NARROW'],
    ['url', 'FILE_NOT_FOUND'],
    ['response', 'FILE_NOT_FOUND'],
    ['image', 'FILE_UNREADABLE'],
  ])('refuses %s', async (form, code) => {
    for (const where of ['worker', 'page']) {
      expect(await test.call('embedError', where, form, '/nowhere.jpg')).toMatchObject({ ours: true, code });
    }
  });

  it('keeps to the limits that it is given', async () => {
    await test.call('open', 'limited', { runtimeUrl, maximumBytes: 1000, maximumPixels: 10_000 });
    for (const form of ['url', 'blob', 'bytes']) {
      const told = await test.call<Told>('embedError', 'limited', form, picture);
      expect(told).toMatchObject({ code: 'IMAGE_TOO_MANY_BYTES', details: { maximumBytes: 1000 } });
    }
    expect((await test.call<Told>('embedError', 'limited', 'bitmap', picture)).code).toBe('IMAGE_TOO_LARGE');
  });

  describe('a model', () => {
    const manifestWith = (changes: object) => JSON.stringify({ ...manifest, ...changes });
    const openError = (model: string, worker = true) =>
      test.call<Told>('openError', { runtimeUrl, model, worker });

    beforeAll(() => {
      for (const name of ['docclf-base.onnx', 'docclf-cohort.bin']) server.put(name, modelFile(name));
    });

    it('that is missing is reported', async () => {
      for (const worker of [true, false]) {
        expect(await openError('/nowhere/manifest.json', worker)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
      }
      const withoutNetwork = server.put('alone.json', manifestWith({ file: 'nowhere.onnx' }));
      expect(await openError(withoutNetwork)).toMatchObject({
        code: 'MODEL_NOT_FOUND',
        details: { file: `${server.url}/made/nowhere.onnx` },
      });
    });

    it('that was changed by one bit is refused', async () => {
      const onnx = modelFile('docclf-base.onnx');
      onnx[onnx.length >> 1]! ^= 1;
      server.put('changed.onnx', onnx);
      const model = server.put('changed.json', manifestWith({ file: 'changed.onnx' }));
      expect(await openError(model)).toMatchObject({
        ours: true,
        code: 'MODEL_HASH_MISMATCH',
        details: { expected: manifest.sha256 },
      });
    });

    it('whose strangers were changed, or are missing, is refused', async () => {
      const strangers = modelFile('docclf-cohort.bin');
      strangers[0]! ^= 1;
      server.put('changed.bin', strangers);
      const cohortAt = (file: string) => manifestWith({ cohort: { ...manifest.cohort, file } });
      expect(await openError(server.put('cohort.json', cohortAt('changed.bin')))).toMatchObject({
        code: 'MODEL_HASH_MISMATCH',
        details: { expected: manifest.cohort.sha256 },
      });
      expect(await openError(server.put('cohort.json', cohortAt('nowhere.bin')))).toMatchObject({
        code: 'MODEL_NOT_FOUND',
        details: { file: `${server.url}/made/nowhere.bin` },
      });
    });

    it('without strangers decides by scores alone', async () => {
      const model = server.put('scores.json', manifestWith({ cohort: undefined }));
      for (const worker of [true, false]) {
        await test.call('open', 'scores', { runtimeUrl, model, worker });
        await test.call('register', 'scores', picture, 'id/front');
        expect(await test.call('classify', 'scores', picture)).toMatchObject({
          status: 'accepted',
          evalue: null,
        });
      }
    });

    it('whose manifest is none is refused', async () => {
      expect(await openError(server.put('text.json', 'no JSON'))).toMatchObject({ code: 'MANIFEST_INVALID' });
      const told = await openError(server.put('other.json', manifestWith({ sha256: 'x' })));
      expect(told).toMatchObject({ code: 'MANIFEST_INVALID' });
    });

    it('that answers differently here is refused', async () => {
      const golden = { ...manifest.golden, vector: [...manifest.golden.vector].reverse() };
      const model = server.put('differs.json', manifestWith({ golden }));
      for (const worker of [true, false]) {
        expect(await openError(model, worker)).toMatchObject({ ours: true, code: 'MODEL_SELF_TEST_FAILED' });
      }
    });

    it('is kept when asked, and used while offline; what is not its hash is fetched again', async () => {
      const open = () =>
        test.call<{ status: { modelFrom: string } }>('open', 'kept', { runtimeUrl, cache: true });
      expect((await open()).status.modelFrom).toBe('network');
      expect((await open()).status.modelFrom).toBe('cache');
      await test.page.route('**/@docclf/model/**', (route) => route.abort());
      expect((await open()).status.modelFrom).toBe('cache');
      await test.page.unroute('**/@docclf/model/**');
      await test.page.evaluate(
        "caches.open('docclf-models').then((cache) => cache.put('/node_modules/@docclf/model/docclf-base.onnx', new Response('x')))",
      );
      expect((await open()).status.modelFrom).toBe('network');
    });
  });

  it('reports a runtime that cannot be loaded', async () => {
    for (const worker of [true, false]) {
      const told = await test.call<Told>('openError', { runtimeUrl: '/nowhere.mjs', worker });
      expect(told).toMatchObject({ ours: true, code: 'RUNTIME_FAILED' });
    }
  });

  it('is refused where the browser puts noise in place of pixels', async () => {
    // As Firefox does with privacy.resistFingerprinting; a worker cannot be reached from here.
    const noisy = await openPage(browser, `${server.url}/plain.html`);
    const alter = (change: string) =>
      noisy.page.evaluate(`{
        const { prototype } = OffscreenCanvasRenderingContext2D;
        prototype.trueImageData ??= prototype.getImageData;
        prototype.getImageData = function (...area) {
          const picture = this.trueImageData(...area);
          picture.data.forEach((value, i) => { if (i % 4 < 3) picture.data[i] = ${change}; });
          return picture;
        };
      }`);
    await alter('(i * 2654435761) >>> 24');
    expect(await noisy.call<Told>('openError', { runtimeUrl, worker: false })).toMatchObject({
      ours: true,
      code: 'PIXELS_ALTERED',
    });
    // The lowest bit, as Brave moves it, changes no answer.
    await alter('value ^ (i % 3 === 0)');
    await noisy.call('open', 'nearly', { runtimeUrl, worker: false });
    await noisy.page.close();
  });

  it("runs the README's page", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/readme.html`);
    await page.waitForSelector('output:has-text("ready")');
    await page.setInputFiles('#reference', fileURLToPath(new URL(`../..${picture}`, folder)));
    await page.waitForSelector('output:has-text("registered")');
    await page.setInputFiles('#photo', fileURLToPath(new URL(`../..${picture}`, folder)));
    await page.waitForSelector('output:has-text("accepted: id/front")');
    await page.close();
  });

  it('had nothing to complain about', () => {
    expect(test.complaints).toEqual([]);
  });
});

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
