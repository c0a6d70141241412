/** Where the browser is that the tests and measurements drive, and how it is started. */
import { existsSync } from 'node:fs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const named = process.env.CHROMIUM_PATH;

/** Path of the browser's program; undefined where there is none. */
export const chromiumPath = (named ? [named] : usualPlaces).find((place) => existsSync(place));

export const chromiumMissing = 'no Chromium found: install it or name it in CHROMIUM_PATH';
