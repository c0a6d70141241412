import { readFileSync } from 'node:fs';
import * as gallery from '@docclf/gallery';
import { expect, test } from 'vitest';
import * as pgvector from '../src/index.ts';
import { startPGlite } from './servers.ts';

test('the example of the README prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block!)[1]!;
  const expected = [...code.matchAll(/console\.log.*; \/\/ (.*)/g)].map(([, line]) => line);
  expect(expected.length).toBeGreaterThan(0);
  const server = await startPGlite();
  const printed: string[] = [];
  const log = (value: unknown) => printed.push(JSON.stringify(value));
  const body = code
    .replace(/'postgres:[^']*'/, JSON.stringify(server.url))
    .replace(/import (\{.*\}) from '@docclf\/gallery';/, 'const $1 = galleryModule;')
    .replace(/import (\{.*\}) from '@docclf\/gallery-pgvector';/, 'const $1 = pgvectorModule;');
  const run = new Function('galleryModule', 'pgvectorModule', 'console', `return (async () => {${body}})()`);
  await run(gallery, pgvector, { log });
  expect(printed).toEqual(expected);
  await server.remove();
});
