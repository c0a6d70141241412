// The recipe of docs/recipes.md, built by Vite, before a camera that plays a film, to the event that a kiosk waits for.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocClassifier } from '@docclf/node';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { chromiumFlags, chromiumMissing, chromiumPath } from './chromium.mjs';
import { makeFilm } from './film.js';

if (chromiumPath === undefined) throw new Error(chromiumMissing);
const [, program] = /## A camera kiosk.*?```js\n(.*?)```/s.exec(readFileSync('recipes.md', 'utf8'));
writeFileSync('kiosk.js', program);
writeFileSync(
  'index.html',
  `<!doctype html>
<video muted playsinline></video>
<output></output>
<script>
  window.recognised = [];
  addEventListener('recognised', ({ detail }) => window.recognised.push(detail));
</script>
<script type="module" src="./kiosk.js"></script>
`,
);
mkdirSync('public');
const classifier = await createDocClassifier({ gallery: 'public/documents.docclf' });
await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
await classifier.register('id.jpg', { label: 'id/front' });
await classifier.close();

const film = join(process.cwd(), 'film.mjpeg');
await makeFilm(film, [{ picture: 'photo.jpg', frames: 30 }]);
await build({ logLevel: 'error', build: { target: 'esnext' } });
const server = await preview({ logLevel: 'error', preview: { port: 0 } });
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: [...chromiumFlags, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
});
try {
  const page = await browser.newPage({ permissions: ['camera'] });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.resolvedUrls.local[0]);
  await page
    .waitForFunction(() => window.recognised.length > 0, undefined, { timeout: 120_000 })
    .catch((cause) => {
      throw new Error(`no document was announced; the page said: ${complaints.join('; ') || 'nothing'}`, {
        cause,
      });
    });
  const announced = await page.evaluate(() => window.recognised);
  if (String(announced) !== 'insurance/acme/claim-form') throw new Error(`announced ${announced}`);
} finally {
  await browser.close();
  await server.close();
}
console.log('ok');
