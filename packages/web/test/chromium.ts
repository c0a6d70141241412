/** A real browser, for tests that skip where there is none. */
import { type Browser, chromium } from 'playwright-core';
import { chromiumFlags, chromiumMissing, chromiumPath } from '../../../scripts/chromium.mjs';
import type { Visited } from './engines.ts';

export { chromiumPath };

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: chromiumFlags });
}

/** Undefined where it is there. */
export const whyNoChromium = chromiumPath === undefined ? chromiumMissing : undefined;

/** Opens `url` until `until` settles. */
export async function inChromium<Result>(url: string, until: Promise<Result>): Promise<Visited<Result>> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return { told: await until, version: browser.version().split('.')[0]! };
  } finally {
    await browser.close();
  }
}
