/** The built page on a server, a browser with a camera that plays a film, and the words of the tests. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { chromiumPath } from '../../../scripts/chromium.mjs';
import { buildPage } from '../tools/build.js';
import { cameraFlags, launchChromium } from '../tools/chromium.js';
import { makeFilm } from '../tools/film.js';
import { serve } from '../tools/serve.js';

export { chromiumPath };

/** Milliseconds until something that should have happened has not: long, for machines that do much else meanwhile. */
export const patience = 180_000;

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
export const reference = (name: string) => join(documents, 'references', `${name}.jpg`);
export const probe = (name: string) => join(documents, 'probes', `${name}.jpg`);
export const photo = (name: string) => join(documents, 'photos', `${name}.jpg`);

/** Answers in place of the server's files, by the start of their path. */
type Overrides = Map<string, { status?: number; body?: Uint8Array }>;

export interface World {
  readonly url: string;
  readonly overrides: Overrides;
  /** A built file by the start of its path, e.g. `/assets/docclf-base-`. */
  built(start: string): Uint8Array<ArrayBuffer>;
  /** An empty folder's path, joined with a name. */
  temporary(name: string): string;
  /** A page of a new browser profile, not yet loaded. Without `offline` it has no service worker. */
  newPage(options?: BrowserContextOptions & { offline?: boolean }): Promise<Page>;
  /** The same in a browser of its own, with these flags. */
  newBrowserPage(flags: readonly string[]): Promise<Page>;
  /** Every URL that any page asked for. */
  readonly requested: string[];
  /** Errors that nobody caught and what the browser refused, but for files that a test took away. */
  readonly complaints: string[];
}

/** Builds, serves and launches before the tests of a file, and closes after them. */
export function useWorld(): World {
  const overrides: Overrides = new Map();
  const requested: string[] = [];
  const complaints: string[] = [];
  const browsers: Browser[] = [];
  let folder: string;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'docclf-web-live-'));
    const film = join(folder, 'film.mjpeg');
    await Promise.all([
      buildPage(join(folder, 'built')),
      // One scene, so that no test depends on how many of its frames are looked at.
      makeFilm(film, [{ picture: probe('insurance-acme-claim-form-1'), frames: 30 }]),
    ]);
    server = await serve({
      folder: join(folder, 'built'),
      override: (path) => [...overrides].find(([start]) => path.startsWith(start))?.[1],
    });
    browsers.push(await launchChromium(cameraFlags(film)));
  }, patience);
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.close();
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  });

  async function openPage(browser: Browser, options: BrowserContextOptions & { offline?: boolean }) {
    const { offline = false, ...rest } = options;
    const context = await browser.newContext({
      serviceWorkers: offline ? 'allow' : 'block',
      reducedMotion: 'reduce',
      ...rest,
    });
    context.setDefaultTimeout(patience / 2);
    const page = await context.newPage();
    context.on('request', (request) => requested.push(request.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 404'))
        complaints.push(message.text());
    });
    return page;
  }

  return {
    get url() {
      return server.url;
    },
    overrides,
    requested,
    complaints,
    built(start) {
      const names =
        readFileSync(join(folder, 'built/service-worker.js'), 'utf8').match(/assets\/[\w.-]+/g) ?? [];
      const name = names.find((each) => `/${each}`.startsWith(start));
      return new Uint8Array(readFileSync(join(folder, 'built', name ?? start)));
    },
    temporary: (name) => join(folder, name),
    newPage: (options = {}) => openPage(browsers[0]!, options),
    async newBrowserPage(flags) {
      const browser = await launchChromium(flags);
      browsers.push(browser);
      return openPage(browser, {});
    },
  };
}

/** Loads the page and waits until it works. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('main[data-state=work]');
}

/** Shows a picture and waits for the answer of this kind. */
export async function showPicture(page: Page, file: string, kind: string): Promise<void> {
  await page.setInputFiles('#files', file);
  await answered(page, kind);
}

/** Shows a picture and registers it. */
export async function register(page: Page, file: string, label: string): Promise<void> {
  await page.setInputFiles('#files', file);
  await page.fill('#label', label);
  await page.click('#register-button');
  await announced(page, `Registered as ${label}.`);
}

export async function answered(page: Page, kind: string): Promise<void> {
  await page.waitForSelector(`#answer[data-kind="${kind}"]`);
}

/** What the page told screen readers lately. */
export async function announced(page: Page, text: string): Promise<void> {
  await page.waitForSelector(`#announcer p:has-text("${text}")`, { state: 'attached' });
}

export interface Shown {
  readonly label: string;
  readonly score: number;
  readonly match: string;
}

/** What the answer card says now. */
export async function shown(page: Page): Promise<Shown> {
  return page.evaluate(() => ({
    label: document.querySelector('#answer-label')!.textContent!.replaceAll(' /', '/').replaceAll(' ', ''),
    score: document.querySelector<HTMLMeterElement>('#score-meter')!.value,
    match: document.querySelector('#match-label')!.textContent!,
  }));
}

/** Label paths of the gallery with their number of references, as the tree shows them. */
export async function galleryRows(page: Page): Promise<string[]> {
  return page.$$eval('.branch', (rows) =>
    rows.map(
      (row) => `${row.querySelector('.name')!.textContent}: ${row.querySelector('.count')!.textContent}`,
    ),
  );
}

/** Saves what the export button gives. */
export async function exportTo(page: Page, file: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
  expect(download.suggestedFilename()).toBe('documents.docclf');
  await download.saveAs(file);
}

const require = createRequire(import.meta.url);
const commandLine = join(dirname(require.resolve('@docclf/cli/package.json')), 'dist/main.js');

/** Runs the command line and returns what it prints, also when an image is unknown (exit code 4). */
export async function docclf(...given: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, [commandLine, ...given])).stdout;
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    if (code !== 4) throw error;
    return stdout;
  }
}
