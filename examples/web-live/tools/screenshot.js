/**
 * The picture in the README, taken from the running page: documents registered, one held to the camera.
 * `npm run screenshot` in this folder, after `npm run setup` in the root.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { buildPage } from './build.js';
import { cameraFlags, launchChromium } from './chromium.js';
import { makeFilm } from './film.js';
import { serve } from './serve.js';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const target = fileURLToPath(new URL('../../../docs/images/web-live.png', import.meta.url));
const registered = {
  'insurance-acme-claim-form': 'insurance/acme/claim-form',
  'insurance-borealis-claim-form': 'insurance/borealis/claim-form',
  'id-front': 'id/front',
  'id-back': 'id/back',
  'receipts-corner-shop': 'receipts/corner-shop',
};

const folder = await mkdtemp(join(tmpdir(), 'docclf-screenshot-'));
const film = join(folder, 'film.mjpeg');
await makeFilm(film, [{ picture: join(documents, 'probes/insurance-acme-claim-form-1.jpg'), frames: 30 }]);
await buildPage(join(folder, 'built'));
const server = await serve({ folder: join(folder, 'built') });
const browser = await launchChromium(cameraFlags(film));
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 960 },
    colorScheme: 'light',
    permissions: ['camera'],
  });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForSelector('main[data-state=work]');
  for (const [name, label] of Object.entries(registered)) {
    await page.setInputFiles('#files', join(documents, `references/${name}.jpg`));
    await page.fill('#label', label);
    await page.click('#register-button');
    await page.waitForSelector(`#announcer p:has-text("Registered as ${label}.")`, { state: 'attached' });
  }
  // Its page and model are kept by now, which the page shows; and what it keeps no longer slows the camera.
  await page.waitForSelector('#network[data-kept=true]');
  await page.click('#camera');
  await page.waitForSelector('#viewport[data-kind=accepted]');
  await page.waitForFunction(() => document.querySelector('#score-fill')?.getAnimations().length === 0);
  // It tells of the machine that takes the picture.
  await page.$eval('#rate', (/** @type {HTMLElement} */ rate) => {
    rate.style.visibility = 'hidden';
  });
  const picture = await page.screenshot();
  const { size } = await sharp(picture).png({ palette: true, colours: 160, effort: 10 }).toFile(target);
  console.log(`${target}: ${(size / 1000).toFixed(0)} kB`);
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
}
