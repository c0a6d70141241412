/** Pages that bundlers built: they find the worker, the WebAssembly and the model, under strict headers too. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlers } from './bundlers.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { openPage } from './page.ts';
import { startServer, type TestServer } from './server.ts';

const picture = '/fixtures/documents/probes/id-front-1.jpg';

/** Threads share memory with the first two; the last is all that a page needs. */
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
};

describe.skipIf(chromiumPath === undefined).each(bundlers)('a page built by $name', (bundler) => {
  let browser: Browser;
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'docclf-built-'));
    await bundler.build(folder);
    [browser, server] = await Promise.all([launchChromium(), startServer(headers)]);
    server.mount('built', folder);
  });
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
    const { status } = await test.call<{ status: object }>('open', 'built', {
      ...bundler.options,
      worker,
      threads,
    });
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
    expect(test.complaints).toEqual([]);
  });

  it('ships nothing for graphics processors, which it did not ask for', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const wasm = files.filter((file) => file.endsWith('.wasm'));
    expect(wasm).toHaveLength(1);
    expect(files.filter((file) => /asyncify|jsep|webgpu/.test(file))).toEqual([]);
  });
});
