/** Where the document lies: found, moved, marked, and followed by the camera. */
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { announced, answered, open, photo, probe, reference, register, type World } from './world.ts';

export function describeOutline(world: World): void {
  describe('the outline', () => {
    let page: Page;

    afterEach(() => page.context().close());

    it('is drawn round the document in a photo, and its corners can be moved', async () => {
      page = await visit();
      await page.setInputFiles('#files', photo('card-on-wood'));
      await page.waitForSelector('.corner');
      expect(await page.isVisible('#corners-help')).toBe(true);
      const before = await corners();

      await page.focus('.corner >> nth=0');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      // By 4 % of the width and 0.4 % of the height of the picture; the others stay where they are.
      await page.waitForSelector('#mark:has-text("Find it by itself")');
      const byKeys = await corners();
      expect(before[0]!.x - byKeys[0]!.x).toBeCloseTo(0.04, 3);
      expect(before[0]!.y - byKeys[0]!.y).toBeCloseTo(0.004, 3);
      expect(byKeys.slice(1)).toEqual(before.slice(1));
      expect(await page.getAttribute('.corner >> nth=0', 'aria-label')).toMatch(
        /^(Top|Bottom) (left|right) corner, \d+\.\d% from the left, \d+\.\d% from the top$/,
      );

      const handle = (await page.locator('.corner >> nth=2').boundingBox())!;
      const picture = (await page.locator('#picture').boundingBox())!;
      await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
      await page.mouse.down();
      await page.mouse.move(picture.x + 0.9 * picture.width, picture.y + 0.95 * picture.height, { steps: 3 });
      await page.mouse.up();
      const [, , dragged] = await corners();
      expect(dragged!.x).toBeCloseTo(0.9, 1);
      expect(dragged!.y).toBeCloseTo(0.95, 1);

      await page.click('#mark');
      await page.waitForSelector('#mark', { state: 'hidden' });
      expect(await corners()).toEqual(before);
    });

    it('is what is registered when a person marked it', async () => {
      page = await visit();
      // A flat scan has no outline of its own.
      await page.setInputFiles('#files', reference('insurance-acme-claim-form'));
      await page.waitForSelector('#mark:has-text("Mark the document")');
      await page.click('#mark');
      await page.waitForSelector('.corner');
      const [topLeft] = await corners();
      expect(topLeft!.x).toBeCloseTo(0.12, 3);
      expect(topLeft!.y).toBeCloseTo(0.12, 3);
      await page.fill('#label', 'middle');
      await page.click('#register-button');
      await announced(page, 'Registered as middle.');
      await page.waitForSelector('#added:has-text("middle")');
      // The thumbnail shows the part, and not the page: 0.76 of each side, as the outline has it.
      const { width, height } = await page.$eval('#added-image', async (image: HTMLImageElement) => {
        await image.decode();
        return { width: image.naturalWidth, height: image.naturalHeight };
      });
      expect(width / height).toBeCloseTo(1 / Math.SQRT2, 1);
      await answered(page, 'accepted');
    });

    it('follows what the camera sees, and a picture of it can be taken', async () => {
      page = await world.newPage({ permissions: ['camera'] });
      await open(page, world.url);
      await page.click('#camera');
      await page.waitForSelector('#outline:not([hidden])', { state: 'attached' });
      // The film shows a page in the middle of a desk.
      const xs = (await corners()).map(({ x }) => x);
      expect(Math.min(...xs)).toBeGreaterThan(0.2);
      expect(Math.max(...xs)).toBeLessThan(0.8);
      expect(await page.isVisible('.corner')).toBe(false);
      await page.click('#shutter');
      await page.waitForSelector('#viewport[data-shows=picture]');
      await page.waitForSelector('.corner');
    });

    it('says what the camera lacks', async () => {
      page = await visit();
      await page.evaluate(() => {
        const canvas = document.createElement('canvas');
        canvas.width = 640;
        canvas.height = 360;
        const context = canvas.getContext('2d')!;
        const draw = () => {
          context.fillStyle = document.body.dataset.light ?? '#101010';
          context.fillRect(0, 0, 640, 360);
          requestAnimationFrame(draw);
        };
        draw();
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
      });
      await page.click('#camera');
      await page.waitForSelector('#hint:has-text("Too dark")');
      await page.evaluate(() => {
        document.body.dataset.light = '#8a8a8a';
      });
      await page.waitForSelector('#hint:has-text("No document in view")');
      await page.click('#camera');
      expect(await page.isVisible('#hint')).toBe(false);
    });

    it('of each picture of a pile is its own', async () => {
      page = await visit();
      await register(page, reference('id-front'), 'id/front');
      await page.setInputFiles('#files', [photo('card-on-wood'), probe('unknown-letter')]);
      await page.waitForSelector('.corner');
      await page.click('#strip li:nth-child(2) button');
      await page.waitForSelector('#mark:has-text("Mark the document")');
      expect(await page.isVisible('.corner')).toBe(false);
      await page.click('#strip li:nth-child(1) button');
      await page.waitForSelector('.corner');
    });

    async function visit(): Promise<Page> {
      const visited = await world.newPage();
      await open(visited, world.url);
      return visited;
    }

    /** In shares of the picture's sides. */
    const corners = () =>
      page.$eval('#outline', (outline) => {
        const [, , width, height] = outline.getAttribute('viewBox')!.split(' ').map(Number);
        const round = (value: number) => Math.round(1e4 * value) / 1e4;
        return outline
          .querySelector('polygon')!
          .getAttribute('points')!
          .split(' ')
          .map((point) => point.split(',').map(Number))
          .map(([x, y]) => ({ x: round(x! / width!), y: round(y! / height!) }));
      });
  });
}
