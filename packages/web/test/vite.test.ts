/** A page that Vite built: it finds the worker, the WebAssembly and the model without being told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from './chromium.ts';
import { openPage } from './page.ts';
import { startServer, type TestServer } from './server.ts';

const picture = '/fixtures/documents/probes/id-front-1.jpg';

describe.skipIf(chromiumPath === undefined)('a page built by Vite', () => {
  let browser: Browser;
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'docclf-vite-'));
    await build({
      root: fileURLToPath(new URL('page', import.meta.url)),
      base: './',
      logLevel: 'error',
      resolve: { alias: { '@docclf/web': fileURLToPath(new URL('../dist/index.js', import.meta.url)) } },
      build: { outDir: folder, emptyOutDir: true },
    });
    [browser, server] = await Promise.all([launchChromium(), startServer(true)]);
    server.mount('built', folder);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    { worker: true, threads: 1 },
    { worker: true, threads: 2 },
    { worker: false, threads: 1 },
    { worker: false, threads: 2 },
  ])('classifies with %o', async ({ worker, threads }) => {
    const test = await openPage(browser, `${server.url}/built/index.html`);
    const fetched: string[] = [];
    test.page.on('request', (request) => fetched.push(request.url()));
    const { status } = await test.call<{ status: object }>('open', 'built', { worker, threads });
    expect(status).toMatchObject({
      device: 'wasm',
      worker,
      threads: worker ? threads : 1,
      fallbackReason: undefined,
    });
    await test.call('register', 'built', picture, 'id/front');
    expect(await test.call('classify', 'built', picture)).toMatchObject({
      status: 'accepted',
      label: 'id/front',
    });
    expect(fetched.filter((url) => url.includes('asyncify') || url.includes('jsep'))).toEqual([]);
    expect(test.complaints).toEqual([]);
  });
});
