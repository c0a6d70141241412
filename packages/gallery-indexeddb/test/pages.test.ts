/** Whole pages, driven from outside: reloaded, beside one another, closed in the middle of a write, out of space. */
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs';

// Nobody's address: every request is answered here.
const origin = 'https://docclf.test';

interface Answer {
  readonly code?: string;
  readonly size?: number;
  readonly ids?: string[];
}

type Calls = Record<string, (...values: unknown[]) => Promise<unknown>>;

describe.skipIf(chromiumPath === undefined)('pages', () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    const output = await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@docclf/source'] },
      build: {
        write: false,
        lib: { entry: fileURLToPath(new URL('page.js', import.meta.url)), formats: ['iife'], name: 'page' },
      },
    });
    const [bundle] = Array.isArray(output) ? output : [];
    script = bundle!.output[0].code;
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumFlags });
  }, 120_000);
  afterAll(() => browser?.close());

  async function newContext(): Promise<BrowserContext> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    await context.route(`${origin}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><script>${script}</script>` }),
    );
    return context;
  }

  async function openPage(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  }

  const call = (page: Page, name: string, ...values: readonly unknown[]): Promise<Answer> =>
    page.evaluate(
      ([method, given]) =>
        (globalThis as unknown as { page: Calls }).page[method as string]!(...(given as unknown[])),
      [name, values] as const,
    ) as Promise<Answer>;

  /** What a page says on its console. */
  const told = (page: Page, text: string) =>
    page.waitForEvent('console', (message) => message.text() === text);

  it('find after a reload what was registered before it', async () => {
    const page = await openPage(await newContext());
    await call(page, 'add', 'a', 3);
    await page.reload();
    expect(await call(page, 'read')).toEqual({ ids: ['a-0', 'a-1', 'a-2'] });
  });

  it('see what another tab wrote, at their next question', async () => {
    const context = await newContext();
    const [one, two] = [await openPage(context), await openPage(context)];
    expect(await call(two, 'read')).toEqual({ ids: [] });
    await call(one, 'add', 'a', 2);
    expect(await call(two, 'read')).toEqual({ ids: ['a-0', 'a-1'] });
    await call(two, 'remove', 'a-0');
    expect(await call(one, 'read')).toEqual({ ids: ['a-1'] });
  });

  it.each([1, 7, 40, 99])(
    'leave whole commits when they are closed after the %sth of a hundred',
    async (stopAt) => {
      const context = await newContext();
      const page = await openPage(context);
      const reached = told(page, `committed ${stopAt}`);
      // A thousand references, ten a commit. The page is gone before it can answer.
      const running = call(page, 'addInCommits', 100, 10).catch(() => {});
      await reached;
      await page.close();
      await running;
      const { ids } = await call(await openPage(context), 'read');
      // Nobody knows how far it went on: but in order, and no commit in part.
      expect(ids!.length).toBeGreaterThanOrEqual(10 * stopAt);
      expect(ids!.length % 10).toBe(0);
      expect(ids).toEqual(Array.from({ length: ids!.length }, (_, i) => `r${String(i).padStart(4, '0')}`));
    },
  );

  it('leave nothing of a commit that was under way', async () => {
    const context = await newContext();
    const page = await openPage(context);
    await call(page, 'add', 'before', 5);
    const underWay = told(page, 'under way');
    await call(page, 'holdTransactions');
    const running = call(page, 'add', 'never', 1000).catch(() => {});
    await underWay;
    await page.close();
    await running;
    const again = await openPage(context);
    const ids = Array.from({ length: 5 }, (_, i) => `before-${i}`);
    expect(await call(again, 'read')).toEqual({ ids });
    expect(await call(again, 'attachments')).toEqual({ size: 5 });
  });

  it('say when there is no space left, keep what they had, and go on when there is', async () => {
    const context = await newContext();
    const page = await openPage(context);
    const session = await context.newCDPSession(page);
    // Before the first write, since the browser remembers for a while how much is left.
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 200_000 });
    await call(page, 'add', 'a', 2);
    expect(await call(page, 'add', 'b', 1000)).toEqual({ code: 'GALLERY_FULL' });
    expect(await call(page, 'read')).toEqual({ ids: ['a-0', 'a-1'] });
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    expect(await call(page, 'add', 'b', 1000)).toEqual({});
    expect((await call(page, 'read')).ids).toHaveLength(1002);
  });

  it('that may store nothing say so', async () => {
    const page = await (await newContext()).newPage();
    // A page without an origin of its own, as in a sandboxed frame.
    await page.addScriptTag({ content: script });
    expect(await call(page, 'read')).toEqual({ code: 'STORE_REQUIREMENT_MISSING' });
  });
});
