/** A gallery of hundreds of documents: folded, found by name, and drawn as far as it is seen. */
import { writeFileSync } from 'node:fs';
import { createMemoryStore, openGallery } from '@docclf/gallery';
import { exportGallery } from '@docclf/gallery/snapshot';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { announced, galleryRows, open, patience, reference, register, type World } from './world.ts';

/** In four groups, of which one is large. */
const labelOf = (i: number) => (i < 400 ? `post/letter ${i}` : `group ${i % 3}/form ${i}`);
const count = 640;

export function describeLargeGallery(world: World): void {
  describe('a gallery of 640 documents', () => {
    let page: Page;

    beforeAll(async () => {
      const { embeddingSpace: id, output } = JSON.parse(
        Buffer.from(world.built('/assets/manifest-')).toString(),
      );
      const gallery = await openGallery(createMemoryStore(), { id, dimension: output.dimension });
      const references = Array.from({ length: count }, (_, i) => {
        const vector = new Float32Array(output.dimension);
        vector[i % output.dimension] = i < output.dimension ? 1 : -1;
        return { id: `reference ${i}`, label: labelOf(i), vector };
      });
      await gallery.add(references);
      const file = world.temporary('large.docclf');
      writeFileSync(file, await exportGallery(gallery));
      await gallery.close();
      page = await world.newPage();
      await open(page, world.url);
      await page.setInputFiles('#gallery-files', file);
      await announced(page, `Imported ${count} pictures.`);
    }, patience);

    it('is folded, and unfolded as far as it is seen', async () => {
      expect(await galleryRows(page)).toEqual([
        'group 0: 80 pictures',
        'group 1: 80 pictures',
        'group 2: 80 pictures',
        'post: 400 pictures',
      ]);
      await page.click('[data-key="toggle:post"]');
      const drawn = await page.locator('.branch').count();
      expect(drawn).toBeGreaterThan(40);
      expect(drawn).toBeLessThan(200);
      await page.locator('.tree .end').scrollIntoViewIfNeeded();
      await page.waitForFunction((before) => document.querySelectorAll('.branch').length > before, drawn);
      await page.click('[data-key="toggle:post"]');
    });

    it('is searched by name', async () => {
      await page.fill('#gallery-filter', 'LETTER 39');
      expect(await galleryRows(page)).toEqual([
        'post: 11 pictures',
        'letter 39: 1 picture',
        ...Array.from({ length: 10 }, (_, i) => `letter 39${i}: 1 picture`),
      ]);
      expect(await page.textContent('#gallery-summary')).toBe('11 documents found, 11 pictures');
      await page.fill('#gallery-filter', '');
    });

    it('shows what has just been named, where it is', async () => {
      await register(page, reference('id-front'), 'post/letter 395 b');
      await page.waitForSelector('#added:has-text("letter 395 b")');
      await page.click('#added-show');
      const row = page.locator('[data-label="post/letter 395 b"]');
      expect(await row.evaluate((element) => element.contains(document.activeElement))).toBe(true);
      const { top, bottom } = await row.evaluate((element) => element.getBoundingClientRect().toJSON());
      expect(top).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(page.viewportSize()!.height);
    });
  });
}
