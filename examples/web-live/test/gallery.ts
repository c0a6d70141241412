/** The gallery file goes to Node and comes from there; labels are renamed, deleted and brought back. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  announced,
  docclf,
  exportTo,
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

const labels: Record<string, string> = {
  'insurance-acme-claim-form': 'insurance/acme/claim-form',
  'insurance-borealis-claim-form': 'insurance/borealis/claim-form',
  'id-front': 'id/front',
  'receipts-corner-shop': 'receipts/corner-shop',
};
const probes = [
  'insurance-acme-claim-form-1',
  'insurance-borealis-claim-form-2',
  'id-front-2',
  'unknown-letter',
];
/** Chromium and Node decode JPEG by different libraries, which moves a score in its fourth digit. */
const digits = 3;

interface Line {
  readonly status: string;
  readonly label: string | null;
  readonly score: number;
}

/** Each probe's answer by the command line and by the page. */
async function answers(page: Page, gallery: string) {
  const lines = (await docclf('classify', ...probes.map(probe), '--gallery', gallery, '--json'))
    .trim()
    .split('\n');
  const pairs: { inNode: Line; inPage: { label: string; score: number } }[] = [];
  for (const [i, name] of probes.entries()) {
    const inNode = JSON.parse(lines[i]!) as Line;
    await showPicture(page, probe(name), inNode.status);
    pairs.push({ inNode, inPage: await shown(page) });
  }
  return pairs;
}

function expectSame(pairs: Awaited<ReturnType<typeof answers>>): void {
  expect(pairs.filter(({ inNode }) => inNode.status === 'accepted').length).toBeGreaterThan(1);
  for (const { inNode, inPage } of pairs) {
    expect(inPage.label).toBe(inNode.label ?? 'Unknown');
    expect(inPage.score).toBeCloseTo(inNode.score, digits);
  }
}

export function describeGallery(world: World): void {
  describe('the gallery', () => {
    let page: Page;

    beforeAll(async () => {
      page = await world.newPage();
      await open(page, world.url);
      for (const [name, label] of Object.entries(labels)) await register(page, reference(name), label);
    }, patience);

    it('exports what Node answers from with the same labels and scores', async () => {
      const file = world.temporary('from-page.docclf');
      await exportTo(page, file);
      expectSame(await answers(page, file));
    });

    it('opens what the command line made, and answers with the same labels and scores', async () => {
      const file = world.temporary('from-node.docclf');
      for (const [name, label] of Object.entries(labels))
        await docclf('register', reference(name), '--label', label, '--gallery', file, '--thumbnails');
      const other = await world.newPage();
      await open(other, world.url);
      await other.setInputFiles('#gallery-files', file);
      await announced(other, 'Imported 4 pictures.');
      expect(await other.$$eval('.references img', (images) => images.length)).toBe(4);
      expectSame(await answers(other, file));
      await other.setInputFiles('#gallery-files', file);
      await announced(other, 'All of this file was here already.');
      await other.context().close();
    });

    it('shows references that were registered without a picture', async () => {
      const file = world.temporary('plain.docclf');
      await docclf('register', reference('id-back'), '--label', 'id/back', '--gallery', file);
      await page.setInputFiles('#gallery-files', file);
      await announced(page, 'Imported 1 picture.');
      expect(await page.$$eval('.references span', (spans) => spans.map((span) => span.textContent))).toEqual(
        ['No picture kept'],
      );
    });

    it('shows sub-labels as a tree that opens and closes', async () => {
      const rows = [
        'id: 2 pictures',
        'back: 1 picture',
        'front: 1 picture',
        'insurance: 2 pictures',
        'acme / claim-form: 1 picture',
        'borealis / claim-form: 1 picture',
        'receipts / corner-shop: 1 picture',
      ];
      expect(await galleryRows(page)).toEqual(rows);
      await page.click('[data-key="toggle:id"]');
      expect(await page.getAttribute('[data-key="toggle:id"]', 'aria-expanded')).toBe('false');
      expect(await galleryRows(page)).toEqual(rows.filter((row) => !/^(back|front):/.test(row)));
      await page.click('[data-key="toggle:id"]');
    });

    it('renames a label with its sub-labels, and joins two only when asked', async () => {
      await rename('insurance', 'insurers');
      await announced(page, 'insurance is called insurers now.');
      await showPicture(page, probe('insurance-acme-claim-form-1'), 'accepted');
      expect((await shown(page)).label).toBe('insurers/acme/claim-form');

      await rename('id/back', 'id/front');
      await page.waitForSelector('.rename .error:has-text("taken")');
      await page.click('.rename button:has-text("Join the two")');
      await announced(page, 'id/back is called id/front now.');
      expect((await galleryRows(page))[0]).toBe('id / front: 2 pictures');
    });

    it('deletes a label, and undoes it', async () => {
      const before = await galleryRows(page);
      await page.click('[data-key="delete:insurers"]');
      await announced(page, 'Deleted 2 pictures of insurers.');
      expect(await galleryRows(page)).toEqual(before.filter((row) => !/insurers|claim-form/.test(row)));
      await page.click('#notice-action');
      await announced(page, 'insurers is back.');
      expect(await galleryRows(page)).toEqual(before);
      expect(await page.$$eval('.references img', (images) => images.length)).toBe(4);
    });

    it('deletes one reference', async () => {
      await page.focus('[aria-label="Delete this picture of receipts/corner-shop"]');
      await page.keyboard.press('Enter');
      await announced(page, 'Deleted 1 picture of receipts/corner-shop.');
      expect(await galleryRows(page)).not.toContain('receipts / corner-shop: 1 picture');
    });

    it.each([
      ['no gallery file', () => Buffer.from('something else'), 'This is no gallery file'],
      ['a file that is cut off', (whole: Buffer) => whole.subarray(0, -100), 'cut off'],
      ['a file with a changed byte', changed, 'damaged'],
    ])('refuses %s and changes nothing', async (_, spoil, words) => {
      const before = await galleryRows(page);
      const whole = readFileSync(world.temporary('from-page.docclf'));
      await page.setInputFiles('#gallery-files', {
        name: 'g.docclf',
        mimeType: '',
        buffer: Buffer.from(spoil(whole)),
      });
      await page.waitForSelector(`#notice-text:has-text("${words}")`);
      expect(await galleryRows(page)).toEqual(before);
    });

    it('stores nothing of what does not fit, and says so', async () => {
      const other = await world.newPage();
      await open(other, world.url);
      await register(other, reference('id-front'), 'id/front');
      await other.evaluate(() => {
        const full = () => {
          throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        };
        IDBObjectStore.prototype.put = full;
        IDBObjectStore.prototype.add = full;
      });
      await other.setInputFiles('#files', reference('id-back'));
      await other.fill('#label', 'id/back');
      await other.click('#register-button');
      await other.waitForSelector('#label-error:has-text("No space left")');
      expect(await galleryRows(other)).toEqual(['id / front: 1 picture']);
      await other.context().close();
    });

    it('of another model is left as it is, can be saved, and its pictures be registered again', async () => {
      const other = await world.newPage();
      // The same model under another name, as after an update of the page.
      const manifest = JSON.parse(Buffer.from(world.built('/assets/manifest-')).toString());
      const body = Buffer.from(JSON.stringify({ ...manifest, embeddingSpace: 'docclf-older@0123456789ab' }));
      world.overrides.set('/assets/manifest-', { body });
      await open(other, world.url);
      await register(other, reference('id-front'), 'id/front');
      world.overrides.clear();

      await other.reload();
      await other.waitForSelector('#failure-title:has-text("belongs to another model")');
      const [download] = await Promise.all([
        other.waitForEvent('download'),
        other.click('button:has-text("Save it as a file")'),
      ]);
      const file = world.temporary('older.docclf');
      await download.saveAs(file);
      await other.click('button:has-text("Start with an empty gallery")');
      await other.waitForSelector('main[data-state=work]');
      expect(await galleryRows(other)).toEqual([]);

      await other.setInputFiles('#gallery-files', file);
      await other.click('#notice-action:has-text("Register its pictures again")');
      await announced(other, 'Registered 1 picture again.');
      await showPicture(other, probe('id-front-1'), 'accepted');
      await other.context().close();
    });

    async function rename(from: string, to: string): Promise<void> {
      await page.click(`[data-key="rename:${from}"]`);
      await page.fill(`[aria-label="New name of ${from}"]`, to);
      await page.keyboard.press('Enter');
    }
  });
}

function changed(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}
