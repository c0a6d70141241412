/** A page with the harness loaded, and the way to call it. */
import type { Browser, Page } from 'playwright-core';

export interface TestPage {
  call<Result>(name: string, ...values: readonly unknown[]): Promise<Result>;
  readonly page: Page;
  /** Errors that nobody caught, and what the page wrote to the console as errors. */
  readonly complaints: string[];
}

type Harness = Record<string, (...values: readonly unknown[]) => unknown>;

export async function openPage(browser: Browser, url: string): Promise<TestPage> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  // A page that cannot load its modules says so at once, and would otherwise be waited for.
  const broken = new Promise<never>((_, reject) => {
    page.on('pageerror', (error) => reject(new Error('the page does not load', { cause: error })));
  });
  await Promise.race([page.waitForFunction(() => 'harness' in globalThis), broken]);
  broken.catch(() => {});
  return {
    page,
    complaints,
    call: async (name, ...values) => {
      const answer = await page.evaluate(
        ([method, given]) =>
          (globalThis as unknown as { harness: Harness }).harness[method as string]!(
            ...(given as readonly unknown[]),
          ),
        [name, values] as const,
      );
      return answer as never;
    },
  };
}
