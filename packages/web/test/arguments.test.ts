/** Whatever a page gets wrong is an error with a code, in a worker as on the calling thread; nothing is passed over. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from './chromium.ts';
import { importMap, runtimeUrl, startServer, type TestServer } from './server.ts';

type Wrong = Record<string, () => Promise<unknown>>;

describe.skipIf(chromiumPath === undefined)('in Chromium', () => {
  let browser: Browser;
  let server: TestServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startServer()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  describe.each([true, false])('worker %s', (worker) => {
    let page: Page;
    const uncaught: string[] = [];

    const answers = async <Answers = Record<string, string>>(kind: string) =>
      (await page.evaluate(
        (name) => (globalThis as unknown as { wrong: Wrong }).wrong[name]!(),
        kind,
      )) as Answers;
    const besides = async (kind: string, code: RegExp) =>
      Object.entries(await answers(kind)).filter(([, answer]) => !code.test(answer));

    beforeAll(async () => {
      const settings = JSON.stringify({ runtimeUrl, worker });
      const html = `<!doctype html><title>arguments</title>${importMap}<script type="application/json" id="settings">${settings}</script><script type="module" src="/page/arguments.js"></script>`;
      page = await browser.newPage();
      page.on('pageerror', (error) => uncaught.push(String(error)));
      await page.goto(server.url + server.put(`arguments-${worker}.html`, html));
      await page
        .waitForFunction(() => 'wrong' in globalThis, undefined, { timeout: 60_000 })
        .catch((cause) => {
          throw new Error(`the page does not load: ${uncaught.join(', ')}`, { cause });
        });
    });
    afterAll(async () => page?.close());

    it('options that are none, or of a wrong kind, are refused', async () => {
      expect(await besides('options', /^INVALID_ARGUMENT$/)).toEqual([]);
    });

    it('what calls are about is asked for', async () => {
      expect(await besides('calls', /^INVALID_ARGUMENT$/)).toEqual([]);
    });

    it('what is no picture is refused', async () => {
      expect(await besides('sources', /^(INVALID_ARGUMENT|(IMAGE|FILE)_[A-Z_]+)$/)).toEqual([]);
    });

    it('a call that is given up at any moment is answered', async () => {
      for (const answer of await answers<string[]>('aborts'))
        expect(['ABORTED', 'no error']).toContain(answer);
    });

    it('what onProgress throws stops nothing, and is told', async () => {
      expect(await answers('throwingProgress')).toEqual(['the page’s own']);
    });

    it('and nothing was registered, nor was there an error that nobody caught', async () => {
      expect(await answers('registered')).toEqual([{ label: 'page', references: 1 }]);
      expect(uncaught).toEqual([]);
    });
  });
});
