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
