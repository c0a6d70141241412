/** Pages that bundlers built: they find the worker, the WebAssembly and the model, under strict headers too. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOf } from '../../../scripts/browser-tables.mjs';
import { bundlers } from './bundlers.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { readmeRow, tell } from './engines.ts';
import { strictHeaders } from './headers.ts';
import { openPage } from './page.ts';
import { plainPage, startServer, type TestServer } from './server.ts';

const picture = '/fixtures/documents/probes/id-front-1.jpg';

/** In the order of the README's columns. */
const ways = [
  { worker: true, threads: 1 },
  { worker: true, threads: 2 },
  { worker: false, threads: 1 },
  // In the page there is one thread, whatever is asked for.
  { worker: false, threads: 2 },
];

describe.skipIf(chromiumPath === undefined).each(bundlers)('a page built by $name', (bundler) => {
  const { name, version, page = '/built/index.html' } = bundler;
  let browser: Browser;
  let server: TestServer;
  let folder: string;
  const works: boolean[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'docclf-built-'));
    await bundler.build(folder);
    const index = bundler.page ? plainPage : readFileSync(join(folder, 'index.html'), 'utf8');
    [browser, server] = await Promise.all([launchChromium(), startServer(strictHeaders(index))]);
    server.mount('built', folder);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(ways)('classifies with %o', async (way) => {
    const { worker, threads } = way;
    const test = await openPage(browser, server.url + page);
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
    works[ways.indexOf(way)] = true;
  });

  it.skipIf(bundler.page !== undefined)(
    'ships nothing for graphics processors, which it did not ask for',
    () => {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const wasm = files.filter((file) => file.endsWith('.wasm'));
      expect(wasm).toHaveLength(1);
      expect(files.filter((file) => /asyncify|jsep|webgpu/.test(file))).toEqual([]);
    },
  );

  it('is what the README says', () => {
    const row = {
      bundler: name,
      version: version ?? '–',
      works: ways.map((_, i) => works[i] === true).slice(0, 3),
    };
    tell(row);
    expect(readmeRow(name)).toEqual(cellsOf(row));
  });
});
