/** A real browser, or a clear word that there is none. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

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

/** Path of the browser's program; undefined where there is none. */
export const chromiumPath = [process.env.CHROMIUM_PATH, ...usualPlaces].find(
  (place) => place !== undefined && existsSync(place),
);

export const howToGetChromium = 'no Chromium found: install it or name it in CHROMIUM_PATH';

/** @param {readonly string[]} [more] further flags */
export function launchChromium(more = []) {
  if (chromiumPath === undefined) throw new Error(howToGetChromium);
  return chromium.launch({ executablePath: chromiumPath, args: [...flags, ...more] });
}

/** Flags for a camera that plays a file, see `makeCameraFile`. */
export const cameraFlags = (/** @type {string} */ file) => [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${file}`,
];
