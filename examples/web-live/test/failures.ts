/** What can be missing, refused or broken, and what the page makes of it. */
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  announced,
  answered,
  open,
  patience,
  probe,
  reference,
  register,
  showPicture,
  type World,
} from './world.ts';

const model = '/assets/docclf-base-';

export function describeFailures(world: World): void {
  describe('when something fails', () => {
    let page: Page;

    afterEach(() => page.context().close());

    it('says that the model is missing, and goes on when it is there again', async () => {
      page = await world.newPage();
      world.overrides.set(model, { status: 404 });
      await page.goto(world.url);
      await page.waitForSelector('#failure-title:has-text("could not be loaded")');
      expect(await page.textContent('#failure-technical')).toContain('MODEL_NOT_FOUND');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('failure-title');
      world.overrides.clear();
      await page.click('button:has-text("Try again")');
      await page.waitForSelector('main[data-state=work]');
    });

    it('refuses a model that was changed by one bit, and fetches it again', async () => {
      page = await world.newPage();
      const body = world.built(model);
      body[body.length >> 1]! ^= 1;
      world.overrides.set(model, { body });
      await page.goto(world.url);
      await page.waitForSelector('#failure-title:has-text("damaged")');
      expect(await page.textContent('#failure-technical')).toContain('MODEL_HASH_MISMATCH');
      world.overrides.clear();
      await page.click('button:has-text("Fetch it again")');
      await page.waitForSelector('main[data-state=work]');
    });

    it('shows how far the model is', async () => {
      page = await world.newPage();
      let goOn = () => {};
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await page.route(`**${model}*`, async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(world.url);
      expect(await page.isVisible('#loading-progress')).toBe(true);
      goOn();
      await page.waitForSelector('main[data-state=work]');
    });

    // The flag takes from Chromium what an old processor lacks; other processors have no such switch.
    it.skipIf(process.arch !== 'x64')('says that a browser without SIMD cannot run the model', async () => {
      page = await world.newBrowserPage(['--js-flags=--no-enable-sse4-1']);
      await page.goto(world.url);
      await page.waitForSelector('#failure-title:has-text("This browser cannot run the model")');
      expect(await page.textContent('#failure-advice')).toContain('SIMD');
    });

    it('works without storage, and says what that means', async () => {
      page = await world.newPage();
      await page.addInitScript(() => {
        Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
      });
      await open(page, world.url);
      await announced(page, 'The gallery is gone when you leave.');
      await register(page, reference('id-front'), 'id/front');
      await answered(page, 'accepted');
    });
  });

  describe('a camera', () => {
    let page: Page;

    beforeAll(async () => {
      page = await world.newPage();
      await open(page, world.url);
    }, patience);

    it('that is not allowed leaves pictures to work with', async () => {
      await page.click('#camera');
      await page.waitForSelector('#camera-problem:has-text("not allowed")');
      await showPicture(page, probe('id-front-1'), 'empty');
      expect(await page.isVisible('#camera-problem')).toBe(false);
    });

    it.each([
      ['NotFoundError', 'There is no camera'],
      ['NotReadableError', 'The camera is in use'],
      ['TypeError', 'The camera could not be started'],
    ])('that fails with %s is told of', async (name, words) => {
      await page.evaluate((error) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', error));
      }, name);
      await page.click('#camera');
      await page.waitForSelector(`#camera-problem:has-text("${words}")`);
      // What was there before still is.
      expect(await page.getAttribute('#viewport', 'data-shows')).toBe('picture');
    });

    it('that goes away ends the watching', async () => {
      await page.evaluate(() => {
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d')!;
        const draw = () => {
          context.fillRect(0, 0, canvas.width, canvas.height);
          requestAnimationFrame(draw);
        };
        draw();
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
      });
      await page.click('#camera');
      // The picture that was there before had the same answer as the camera will have.
      await page.waitForSelector('#viewport[data-shows="camera"]');
      await answered(page, 'empty');
      await page.$eval('#video', (video: HTMLVideoElement) => {
        (video.srcObject as MediaStream).getTracks()[0]!.dispatchEvent(new Event('ended'));
      });
      await page.waitForSelector('#viewport[data-shows="nothing"]');
      await answered(page, 'waiting');
    });

    it('that goes away while it starts is told of', async () => {
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = async () => {
          const stream = document.createElement('canvas').captureStream();
          const play = HTMLMediaElement.prototype.play;
          HTMLMediaElement.prototype.play = async () => {
            HTMLMediaElement.prototype.play = play;
            stream.getTracks()[0]!.dispatchEvent(new Event('ended'));
          };
          return stream;
        };
      });
      await page.click('#camera');
      await page.waitForSelector('#camera-problem:has-text("There is no camera")');
      expect(await page.getAttribute('#viewport', 'data-shows')).toBe('nothing');
    });

    it('could not send anything elsewhere if it tried', async () => {
      const refused = await page.evaluate(async () => {
        const violation = new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
        });
        const answer = await fetch('http://127.0.0.1:9/').then(
          () => 'sent',
          () => 'refused',
        );
        return [answer, await violation];
      });
      expect(refused).toEqual(['refused', 'connect-src']);
      // The browser reports this one, as it should.
      world.complaints.splice(
        0,
        world.complaints.length,
        ...world.complaints.filter((text) => !text.includes(':9/')),
      );
    });
  });
}
