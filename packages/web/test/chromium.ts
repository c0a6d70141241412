/** A real browser, or a clear word that there is none. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the browser's program; undefined means: skip. */
export const chromiumPath = findChromium();

function findChromium(): string | undefined {
  const path = [process.env.CHROMIUM_PATH, ...usualPlaces].find((place) => place && existsSync(place));
  if (path !== undefined) return path;
  const message = 'no Chromium found: install it or name it in CHROMIUM_PATH';
  if (process.env.CI === 'true') throw new Error(message);
  console.log(`packages/web: browser tests skipped, ${message}`);
  return undefined;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: flags });
}
