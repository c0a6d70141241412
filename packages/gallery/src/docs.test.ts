import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as gallery from './index.ts';
import * as snapshot from './snapshot.ts';

test('the example of the README prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const expected = [...code.matchAll(/console\.log.*; \/\/ (.*)/g)].map(([, line]) => line);
  expect(expected.length).toBeGreaterThan(0);
  const printed: string[] = [];
  const log = (value: unknown) => printed.push(JSON.stringify(value));
  const body = code.replace(/import (\{.*\}) from '@docclf\/gallery(\/snapshot)?';/g, 'const $1 = module;');
  await new Function('module', 'console', `return (async () => {${body}})()`)(
    { ...gallery, ...snapshot },
    { log },
  );
  expect(printed).toEqual(expected);
});

test('docs/choosing-a-gallery.md says what a reference of a gallery file weighs', async () => {
  const references = Array.from({ length: 200 }, (_, i) => {
    const vector = new Float32Array(512);
    vector[i] = 1;
    // As `register` stores it, with the facts of its quality.
    const sourceHash = i.toString(16).padStart(64, '0');
    const quality = { width: 1240, height: 1754, sharpness: 0.1234567, glare: 0.012345, contrast: 0.45678 };
    const metadata = { 'docclf:quality': quality };
    const createdAt = '2026-01-01T00:00:00.000Z';
    return {
      id: sourceHash.slice(32),
      label: 'insurance/acme/claim-form',
      vector,
      metadata,
      createdAt,
      sourceHash,
      attachments: {},
    };
  });
  const bytes = await snapshot.encodeSnapshot({ space: { id: 'model/1', dimension: 512 }, references });
  const page = readFileSync(new URL('../../../docs/choosing-a-gallery.md', import.meta.url), 'utf8');
  const said = Number(/whole file: ([\d.]+) kB/.exec(page)?.[1]);
  expect(bytes.length / references.length / 1000).toBeCloseTo(said, 1);
});
