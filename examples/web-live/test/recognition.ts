/** Pictures and the camera: registered, recognised, still there after a reload. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  announced,
  answered,
  galleryRows,
  open,
  patience,
  probe,
  reference,
  register,
  shown,
  showPicture,
  type World,
} from './world.ts';

export function describeRecognition(world: World): void {
  describe('recognition', () => {
    let page: Page;

    beforeAll(async () => {
      page = await world.newPage({ permissions: ['camera'] });
      await open(page, world.url);
    }, patience);

    it('shows with examples what it does, to who has no document at hand', async () => {
      const visitor = await world.newPage();
      await open(visitor, world.url);
      await visitor.click('#examples');
      await answered(visitor, 'accepted');
      expect((await shown(visitor)).label).toBe('examples/id-card');
      expect(await galleryRows(visitor)).toEqual([
        'examples: 3 pictures',
        'claim-form: 1 picture',
        'id-card: 1 picture',
        'receipt: 1 picture',
      ]);
      await visitor.context().close();
    });

    it('invites to register while the gallery is empty', async () => {
      await showPicture(page, probe('id-front-1'), 'empty');
      expect(await page.isVisible('#gallery-empty')).toBe(true);
    });

    it('registers a picture and recognises the next one of its type', async () => {
      await register(page, reference('id-front'), 'id/front');
      await register(page, reference('id-back'), 'id/back');
      await showPicture(page, probe('id-front-1'), 'accepted');
      const { label, score, match } = await shown(page);
      expect([label, match]).toEqual(['id/front', 'id/front']);
      expect(score).toBeGreaterThan(0.7);
      expect(await page.getAttribute('#match-image', 'src')).toMatch(/^blob:/);
      expect(await galleryRows(page)).toEqual(['id: 2 pictures', 'back: 1 picture', 'front: 1 picture']);
    });

    it('tells what is unknown, and what it is nearest to', async () => {
      await showPicture(page, probe('unknown-letter'), 'unknown');
      expect(await page.textContent('#answer-sentence')).toMatch(/^It is most like id\/\w+, but not enough/);
    });

    it('comes back as unknown what resembles a document that is none of mine', async () => {
      await page.setInputFiles('#files', probe('receipts-corner-shop-1'));
      await page.check('#negative');
      await page.click('#register-button');
      await announced(page, 'Registered as Not mine.');
      await showPicture(page, probe('receipts-corner-shop-2'), 'unknown');
      expect(await page.textContent('#answer-sentence')).toContain('not yours');
    });

    it('gives each picture of a pile its own answer and its own name', async () => {
      const words = (position: number) => page.textContent(`#strip li:nth-child(${position}) span`);
      await page.setInputFiles('#files', [probe('receipts-corner-shop-1'), reference('id-gen-2-front')]);
      await page.waitForFunction(
        () => document.querySelectorAll('#strip [data-kind]').length === 2,
        undefined,
        { timeout: patience },
      );
      await page.click('#strip li:nth-child(2) button');
      expect(await page.getAttribute('#still', 'alt')).toBe('id-gen-2-front.jpg');
      await page.fill('#label', 'pile/second');
      await page.click('#register-button');
      await announced(page, 'Registered as pile/second.');
      await page.waitForSelector('#strip li:nth-child(2) [data-kind=accepted]', { timeout: patience });
      expect(await words(2)).toBe('pile/second');
      expect(await words(1)).not.toBe('pile/second');
      expect(await page.getAttribute('#strip li:nth-child(2) button', 'aria-pressed')).toBe('true');
    });

    it('keeps everything across a reload', async () => {
      const before = await galleryRows(page);
      await page.reload();
      await page.waitForSelector('main[data-state=work]');
      expect(await galleryRows(page)).toEqual(before);
      await showPicture(page, probe('id-back-1'), 'accepted');
      expect((await shown(page)).label).toBe('id/back');
    });

    it('refuses what is no picture, and a picture that is registered', async () => {
      await page.setInputFiles('#files', {
        name: 'a.jpg',
        mimeType: 'image/jpeg',
        buffer: Buffer.from('text'),
      });
      await page.waitForSelector('#answer-label:has-text("no picture")');
      await page.setInputFiles('#files', reference('id-front'));
      await page.fill('#label', 'id/front');
      await page.click('#register-button');
      await page.waitForSelector('#label-error:has-text("registered already")');
      await page.fill('#label', 'id/back');
      await page.click('#register-button');
      await page.waitForSelector('#label-error:has-text("another name")');
    });

    it('refuses a name that is none, beside the field', async () => {
      await page.fill('#label', 'id//front');
      await page.click('#register-button');
      await page.waitForSelector('#label-error:has-text("empty segment")');
      expect(await page.getAttribute('#label', 'aria-invalid')).toBe('true');
    });

    it('takes pictures and galleries that are dropped', async () => {
      const transfer = await page.evaluateHandle(
        (bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], 'dropped.jpg', { type: 'image/jpeg' }));
          return data;
        },
        [...(await import('node:fs')).readFileSync(probe('id-front-2'))],
      );
      await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
      expect(await page.isVisible('#drop')).toBe(true);
      await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
      await page.waitForSelector('#still[alt="dropped.jpg"]');
      await answered(page, 'accepted');
      expect((await shown(page)).label).toBe('id/front');
    });

    it('recognises what is held to the camera, and says so when it changes', async () => {
      await page.click('#camera');
      await page.waitForSelector('#viewport[data-shows=camera]');
      await answered(page, 'unknown');
      await page.setInputFiles('#files', reference('insurance-acme-claim-form'));
      await page.fill('#label', 'insurance/acme/claim-form');
      await page.click('#register-button');
      await announced(page, 'Registered as insurance/acme/claim-form.');
      await page.click('#camera');
      await page.waitForSelector('#viewport[data-shows=camera]');
      await answered(page, 'accepted');
      expect((await shown(page)).label).toBe('insurance/acme/claim-form');
      await announced(page, 'insurance/acme/claim-form. Recognised.');
      await page.waitForSelector('#rate:has-text("frames/s")');
      // What is deleted while the camera looks is no longer recognised.
      await page.click('[data-key="delete:insurance/acme/claim-form"]');
      await answered(page, 'unknown');
      await page.click('#camera');
      await answered(page, 'waiting');
      expect(await page.isVisible('#video')).toBe(false);
    });

    it('registers what is held to the camera', async () => {
      const fresh = await world.newPage({ permissions: ['camera'] });
      await open(fresh, world.url);
      await fresh.click('#camera');
      await answered(fresh, 'empty');
      await fresh.fill('#label', 'from the camera');
      await fresh.press('#label', 'Enter');
      await announced(fresh, 'Registered as from the camera.');
      await answered(fresh, 'accepted');
      expect(await galleryRows(fresh)).toEqual(['from the camera: 1 picture']);
      await fresh.context().close();
    });
  });
}
