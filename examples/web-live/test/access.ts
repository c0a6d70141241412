/** The page without a mouse, and by the rules of axe in its states, light and dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { announced, answered, galleryRows, open, probe, reference, register, type World } from './world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that the page breaks in light or dark, with the elements that break them. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await runAxe(page)).map((violation) => `${colorScheme}: ${violation}`));
  }
  return found;
}

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
}

const runAxe = (page: Page) =>
  page.evaluate(async () => {
    const result = await (globalThis as unknown as { axe: Axe }).axe.run();
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });

export function describeAccess(world: World): void {
  it('breaks no rule of axe in any state', async () => {
    const page = await world.newPage({ permissions: ['camera'] });
    await open(page, world.url);
    expect(await violations(page), 'empty').toEqual([]);

    await register(page, reference('id-front'), 'id/front');
    await register(page, reference('insurance-acme-claim-form'), 'insurance/acme/claim-form');
    await answered(page, 'accepted');
    await page.click('.privacy summary');
    await page.click('#negative');
    await page.click('[data-key="rename:id/front"]');
    await page.fill('.rename input', 'insurance/acme/claim-form');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.rename .error:not([hidden])');
    expect(await violations(page), 'renaming').toEqual([]);
    await page.keyboard.press('Escape');

    await page.click('[data-key="delete:insurance/acme/claim-form"]');
    await page.waitForSelector('#notice:not([hidden])');
    await page.setInputFiles('#files', probe('unknown-letter'));
    await answered(page, 'unknown');
    expect(await violations(page), 'unknown, undo').toEqual([]);

    await page.click('#camera');
    await page.waitForSelector('#rate:not([hidden])');
    expect(await violations(page), 'camera').toEqual([]);
    await page.context().close();
  });

  it('breaks none in a failure, nor on a phone', async () => {
    const page = await world.newPage({ viewport: { width: 390, height: 844 } });
    world.overrides.set('/assets/docclf-base-', { status: 404 });
    await page.goto(world.url);
    await page.waitForSelector('main[data-state=failure]');
    expect(await violations(page), 'failure').toEqual([]);
    world.overrides.clear();
    await open(page, world.url);
    await page.click('#camera');
    await page.waitForSelector('#camera-problem:not([hidden])');
    expect(await violations(page), 'camera denied').toEqual([]);
    // Nothing is cut off at the side.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.context().close();
  });

  it('can be used by keyboard alone', async () => {
    const page = await world.newPage();
    await open(page, world.url);
    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, '#choose');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(reference('id-front'));
    await answered(page, 'empty');

    await tabTo(page, '#label');
    await page.keyboard.type('id/front');
    await page.keyboard.press('Enter');
    await announced(page, 'Registered as id/front.');

    await tabTo(page, '[data-key="rename:id/front"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      () => document.activeElement?.getAttribute('aria-label') === 'New name of id/front',
    );
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('card/front');
    await page.keyboard.press('Enter');
    await announced(page, 'id/front is called card/front now.');
    // The focus is where it was, on a row that has another name.
    expect(await focused(page, '[data-key="rename:card/front"]')).toBe(true);

    await tabTo(page, '[data-key="delete:card/front"]');
    await page.keyboard.press('Enter');
    await announced(page, 'Deleted 1 picture of card/front.');
    expect(await focused(page, '#notice-action')).toBe(true);
    await page.keyboard.press('Enter');
    await announced(page, 'card/front is back.');
    expect(await focused(page, '#gallery-title')).toBe(true);
    expect(await galleryRows(page)).toEqual(['card / front: 1 picture']);
    await page.context().close();
  });
}

const focused = (page: Page, selector: string) =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

/** Presses Tab until the element has the focus, which must be visible there. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await focused(page, selector)) {
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(outline, `focus ring of ${selector}`).toBe('solid');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
}
