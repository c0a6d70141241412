import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, chromiumMissing, chromiumPath } from './scripts/chromium.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The same files in Node and in a browser, but for those that import from Node to read a file or to compare. */
const neutral = ['preprocess', 'locate', 'features', 'core', 'gallery'].flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `packages/${name}/src/${file}`)
    .filter(
      (file) => file.endsWith('.test.ts') && !readFileSync(join(root, file), 'utf8').includes("from 'node:"),
    ),
);
/** These run in the browser only, */
const inBrowser = ['packages/*/test/**/*.browser.test.ts'];
/** and these in Node, from where they drive a browser. */
const drivesBrowser = [
  'packages/{web,gallery-indexeddb}/test/**/*.test.ts',
  'examples/web-live/**/*.test.ts',
];

const conditions = ['@docclf/source'];
const resolve = { resolve: { conditions } };
const nodeResolve = {
  ...resolve,
  // Not 'import': Node's require would follow it too, and packages of both kinds would get their own half wrong.
  ssr: { resolve: { conditions: [...conditions, 'node'] } },
};

if (chromiumPath === undefined) {
  // Where the tests are to prove something, they must not be skipped.
  if (process.env.CI === 'true') throw new Error(chromiumMissing);
  console.log(`skipped: the tests in a browser, since there is ${chromiumMissing}`);
}

export default defineConfig({
  test: {
    projects: [
      {
        ...nodeResolve,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'examples/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', ...inBrowser, ...drivesBrowser],
          testTimeout: 30_000,
        },
      },
      {
        ...nodeResolve,
        test: {
          name: 'chromium',
          include: drivesBrowser,
          exclude: ['**/node_modules/**', ...inBrowser],
          // A browser shares the machine with all other tests.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...(chromiumPath === undefined
        ? []
        : [
            {
              ...resolve,
              test: {
                name: 'browser',
                include: [...neutral, ...inBrowser],
                // A browser shares the machine with all other tests.
                testTimeout: 120_000,
                browser: {
                  enabled: true,
                  headless: true,
                  screenshotFailures: false,
                  provider: playwright({
                    launchOptions: { executablePath: chromiumPath, args: chromiumFlags },
                  }),
                  instances: [{ browser: 'chromium' as const }],
                },
              },
            },
          ]),
    ],
    // What a test measures is for `npm run conformance`; what one prints before it fails is shown.
    silent: 'passed-only',
  },
});
