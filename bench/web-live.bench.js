/**
 * How many camera frames a second does the live page answer, and does it stay smooth meanwhile?
 *
 * The built page in Chromium without a graphics processor, with a fake camera that plays a film of 1280 x 720 at 30
 * frames a second. Beside what it answers: the frames that the same camera shows when nothing is recognised, and the
 * longest times between two animation frames in both. `npm run bench -- web-live`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../examples/web-live/tools/build.js';
import { cameraFlags, launchChromium } from '../examples/web-live/tools/chromium.js';
import { makeFilm } from '../examples/web-live/tools/film.js';
import { serve } from '../examples/web-live/tools/serve.js';
import { interleave } from './lib/interleave.js';
import { printHeading, printTable } from './lib/report.js';

const seconds = 4;
const rounds = Number(process.argv[2] ?? 5);
const documents = fileURLToPath(new URL('../fixtures/documents/', import.meta.url));

printHeading(`web-live: frames a second of the camera page, ${seconds} seconds a round`);

const folder = await mkdtemp(join(tmpdir(), 'docclf-web-live-'));
const film = join(folder, 'film.mjpeg');
await makeFilm(film, [{ picture: join(documents, 'probes/insurance-acme-claim-form-1.jpg'), frames: 30 }]);
await buildPage(join(folder, 'built'));
const server = await serve({ folder: join(folder, 'built') });
const browser = await launchChromium(cameraFlags(film));
const context = await browser.newContext({ permissions: ['camera'], serviceWorkers: 'block' });

/** Counts for some seconds: frames that the camera shows, answers, and the times between animation frames. */
const count = (/** @type {number} */ duration) =>
  new Promise((resolve) => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
    let answers = 0;
    // Every answer writes the rate anew.
    const observer = new MutationObserver(() => answers++);
    const rate = document.querySelector('#rate');
    if (rate) observer.observe(rate, { childList: true });
    const shown = () => video.getVideoPlaybackQuality().totalVideoFrames;
    const before = shown();
    const start = performance.now();
    let last = start;
    let longest = 0;
    const frame = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (now - start < duration * 1000) return void requestAnimationFrame(frame);
      observer.disconnect();
      const elapsed = (now - start) / 1000;
      resolve({ shown: (shown() - before) / elapsed, answered: answers / elapsed, longest });
    };
    requestAnimationFrame(frame);
  });

try {
  const live = await context.newPage();
  await live.goto(server.url);
  await live.waitForSelector('main[data-state=work]');
  await live.setInputFiles('#files', join(documents, 'references/insurance-acme-claim-form.jpg'));
  await live.fill('#label', 'insurance/acme/claim-form');
  await live.click('#register-button');
  await live.waitForSelector('#answer[data-kind=accepted]');

  /** The same camera in an element of the same page, looked at by nobody. */
  const only = async () => {
    await live.evaluate(async () => {
      const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      await video.play();
    });
    const counted = await live.evaluate(count, seconds);
    await live.evaluate(() => {
      const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
      for (const track of /** @type {MediaStream} */ (video.srcObject).getTracks()) track.stop();
      video.srcObject = null;
    });
    return counted;
  };
  const recognised = async () => {
    await live.click('#camera');
    await live.waitForSelector('#viewport[data-kind=accepted]');
    const counted = await live.evaluate(count, seconds);
    await live.click('#camera');
    return counted;
  };

  const results = await interleave(
    { 'the camera alone': only, 'recognised live': recognised },
    { rounds, warmUp: 1 },
  );
  const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1];
  printTable(
    ['', 'camera frames/s', 'answers/s', 'longest ms between animation frames'],
    Object.entries(results).map(([name, counted]) => [
      name,
      ...['shown', 'answered', 'longest'].map((key) => median(counted.map((round) => round[key]))),
    ]),
  );
  const shares = results['recognised live'].map(({ answered, shown }) => answered / shown);
  console.log(`  ${median(shares).toFixed(2)} answers a frame that the camera shows.\n`);
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
}
