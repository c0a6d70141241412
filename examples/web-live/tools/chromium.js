/** A real browser, as in the tests of the packages. */
import { chromium } from 'playwright-core';
import { chromiumFlags, chromiumMissing, chromiumPath } from '../../../scripts/chromium.mjs';

/** @param {readonly string[]} [more] further flags */
export function launchChromium(more = []) {
  if (chromiumPath === undefined) throw new Error(chromiumMissing);
  return chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags, ...more] });
}

/** Flags for a camera that plays a film, see `makeFilm`. */
export const cameraFlags = (/** @type {string} */ film) => [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
];
