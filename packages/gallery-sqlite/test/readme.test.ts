import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as gallery from '@docclf/gallery';
import { expect, test } from 'vitest';
import * as sqlite from '../src/index.ts';

test('the example of the README prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block!)[1]!;
  const expected = [...code.matchAll(/console\.log.*; \/\/ (.*)/g)].map(([, line]) => line);
  expect(expected.length).toBeGreaterThan(0);
  const folder = mkdtempSync(join(tmpdir(), 'docclf-sqlite-readme-'));
  const printed: string[] = [];
  const log = (value: unknown) => printed.push(JSON.stringify(value));
  const body = code
    .replaceAll("'vectors.db'", JSON.stringify(join(folder, 'vectors.db')))
    .replace(/import (\{.*\}) from '@docclf\/gallery';/, 'const $1 = galleryModule;')
    .replace(/import (\{.*\}) from '@docclf\/gallery-sqlite';/, 'const $1 = sqliteModule;');
  const run = new Function('galleryModule', 'sqliteModule', 'console', `return (async () => {${body}})()`);
  await run(gallery, sqlite, { log });
  expect(printed).toEqual(expected);
  rmSync(folder, { recursive: true });
});
