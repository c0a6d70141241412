/** The package as it is published, in a fresh process: what the source tests say nothing about. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A package that depends on @docclf/node by name, so that its `exports` decide what is loaded.
const consumer = fileURLToPath(new URL('../../../examples/node-quickstart', import.meta.url));
const built = existsSync(new URL('../dist/index.js', import.meta.url));

it.skipIf(!built)('loads, verifies its model and closes, with nothing left running (needs a build)', () => {
  const script = `
    import { createDocClassifier, DocclfError } from '@docclf/node';
    const classifier = await createDocClassifier();
    const { cosine } = await classifier.embedder.selfTest();
    const error = await classifier.classify('missing.jpg').catch((error) => error);
    await classifier.close();
    console.log(JSON.stringify([cosine, error.code, DocclfError.is(error), import.meta.resolve('@docclf/node')]));
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: consumer,
    encoding: 'utf8',
  });
  const [cosine, code, isError, url] = JSON.parse(printed);
  expect(cosine).toBeGreaterThan(0.9999);
  expect([code, isError]).toEqual(['FILE_NOT_FOUND', true]);
  expect(url).toMatch(/dist\/index\.js$/);
});
