/** Files that browsers do not decode, read in workers of a built page: what Node makes of them, errors too. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Classifier, createDocClassifier, createThreadReader, type ImageSource } from '@docclf/node';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bitmapOf } from '../../node/test/pictures.ts';
import { formBomb, makePdf } from '../../pdf/test/make-pdf.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { strictHeaders } from './headers.ts';
import { openPage, type TestPage } from './page.ts';
import { startServer, type TestServer } from './server.ts';

interface Embedded {
  readonly vector: number[];
  readonly width: number;
  readonly height: number;
  readonly sourceHash: string;
}

const { resolve } = createRequire(import.meta.url);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const heic = (name: string) => readFileSync(here(`../../heic/test/fixtures/${name}`));
const squares = [0, 1].map((i) => ({ content: `${i} 0 1 rg ${20 + 50 * i} 20 60 80 re f` }));
const drawing = () => sharp(here('../../../fixtures/documents/references/id-front.jpg'));

describe.skipIf(chromiumPath === undefined)('readers in a built page', () => {
  let folder: string;
  let browser: Browser;
  let server: TestServer;
  let node: Classifier<ImageSource>;
  let test: TestPage;
  let close: () => void;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'docclf-readers-'));
    await build({
      root: here('readers'),
      base: './',
      logLevel: 'error',
      resolve: { alias: { '@docclf/web': here('../dist/index.js') } },
      // In a worker that is a module, as it is started.
      worker: { format: 'es' },
      build: { outDir: folder, emptyOutDir: true },
    });
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const readers = await Promise.all(
      ['@docclf/pdf/thread', '@docclf/heic/thread'].map((name) => createThreadReader(resolve(name))),
    );
    close = () => {
      for (const reader of readers) reader.close();
    };
    [browser, server, node] = await Promise.all([
      launchChromium(),
      startServer(strictHeaders(page)),
      createDocClassifier({ readers }),
    ]);
    server.mount('built', folder);
    test = await openPage(browser, `${server.url}/built/index.html`);
    await test.call('open', 'worker');
    await test.call('open', 'page', { worker: false });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await node?.close();
    close?.();
    rmSync(folder, { recursive: true });
  });

  it.each<[name: string, make: () => Uint8Array | Promise<Uint8Array>]>([
    ['a HEIC photo', () => heic('corner.heic')],
    ['a HEIC photo that lies on its side', () => heic('turned.heic')],
    ['a PDF', () => makePdf(squares)],
    // By the browser itself.
    ['a bitmap', () => bitmapOf(drawing())],
  ])('make of %s what Node makes of it', async (name, make) => {
    const bytes = await make();
    const url = server.put(name, bytes);
    const options = { asReference: true };
    const [expected] = await node.embedder.embed([bytes], options);
    for (const thread of ['worker', 'page']) {
      for (const form of ['file', 'bytes', 'url']) {
        const found = await test.call<Embedded>('embed', thread, form, url, options);
        expect([found.width, found.height]).toEqual([expected!.width, expected!.height]);
        expect(found.sourceHash).toBe(createHash('sha256').update(bytes).digest('hex'));
        const cosine = found.vector.reduce((sum, value, i) => sum + value * expected!.vector[i]!, 0);
        expect(cosine).toBeGreaterThan(0.9999);
      }
    }
  });

  it('names what was registered from another file of the kind', async () => {
    const photo = server.put('corner.heic', heic('corner.heic'));
    const page = server.put('page.pdf', makePdf(squares));
    await test.call('register', 'worker', photo, 'heic/corner');
    await test.call('register', 'worker', page, 'pdf/page');
    expect(await test.call('classify', 'worker', photo)).toMatchObject({ label: 'heic/corner' });
    expect(await test.call('classify', 'worker', page)).toMatchObject({ label: 'pdf/page' });
  });

  it.each<[what: string, code: string, bytes: () => Uint8Array]>([
    ['a PDF that is none', 'PDF_CORRUPT', () => new TextEncoder().encode('%PDF-1.7 and no more')],
    ['a HEIC photo that was cut', 'IMAGE_CORRUPT', () => heic('corner.heic').subarray(0, 600)],
    ['a PDF that would take for ever', 'PDF_TOO_COSTLY', () => formBomb(9, 30)],
  ])('say of %s: %s', async (name, code, make) => {
    const url = server.put(name, make());
    expect(await test.call('embedError', 'worker', 'file', url)).toMatchObject({ ours: true, code });
    // And read the next: of 200 x 300 points, drawn as large as a document is looked for in.
    const next = server.put('next.pdf', makePdf(squares));
    const { width, height } = await test.call<Embedded>('embed', 'worker', 'file', next);
    expect([width, height]).toEqual([400, 600]);
  });
});
