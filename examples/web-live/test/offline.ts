/** The page works without a network after its first visit, and is replaced only when the person agrees. */
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { open, probe, reference, register, shown, showPicture, type World } from './world.ts';

export function describeOffline(world: World): void {
  describe('offline', () => {
    let page: Page;

    afterEach(() => page.context().close());

    it('reloads and recognises without a network', async () => {
      page = await visit();
      await register(page, reference('id-front'), 'id/front');
      await page.context().setOffline(true);
      await page.reload();
      await page.waitForSelector('main[data-state=work]');
      await page.waitForSelector('#network:has-text("You are offline")');
      await showPicture(page, probe('id-front-1'), 'accepted');
      expect((await shown(page)).label).toBe('id/front');
    });

    it('offers a new version, and changes to it when the person agrees', async () => {
      page = await visit();
      const [before] = await cacheNames();
      const script = Buffer.from(world.built('service-worker.js')).toString();
      const version = before!.replace('web-live-', '');
      world.overrides.set('/service-worker.js', { body: Buffer.from(script.replaceAll(version, 'next')) });
      await page.reload();
      await page.click('#notice-action:has-text("Update")');
      await page.waitForFunction(async () => {
        const names = await caches.keys();
        return names.length === 1 && names[0] === 'web-live-next';
      });
      await page.waitForSelector('main[data-state=work]');
    });

    /** A first visit, until all is kept. */
    async function visit(): Promise<Page> {
      const first = await world.newPage({ offline: true });
      await open(first, world.url);
      await first.waitForSelector('#network[data-kept=true]');
      return first;
    }

    const cacheNames = () => page.evaluate(() => caches.keys());
  });
}
