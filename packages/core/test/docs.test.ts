/** What is written about this package is true: the page of errors, the page of the manifest, the example. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCodes } from '../src/errors.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const [, ...sections] = read('docs/errors.md').split(/^## /m);
const bodies = new Map(
  sections.map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return [heading, lines.join('\n').trim()];
  }),
);

it('docs/errors.md has one section a code, in the order of the code, and no other', () => {
  expect([...bodies.keys()]).toEqual(errorCodes);
  expect(sections).toHaveLength(errorCodes.length);
});

it.each(errorCodes)('%s is explained in one to three lines', (code) => {
  const lines = bodies.get(code)?.split('\n') ?? [];
  expect(lines.length).toBeLessThanOrEqual(3);
  expect(lines[0]).toMatch(/\w/);
});

it('docs/model-manifest.md has every field of the shipped manifest and no other', () => {
  const rows = read('docs/model-manifest.md').match(/^\| `[^|]+/gm) ?? [];
  const documented = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, field]) => field));
  const shipped: object = JSON.parse(read('packages/model/manifest.json'));
  const fields = Object.entries(shipped).flatMap(([field, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${field}.${inner}`)
      : [field],
  );
  expect(documented).toEqual(fields);
});

it('the examples of the README print what they say', async () => {
  const { decide } = await import('../src/index.ts');
  const examples = [...read('packages/core/README.md').matchAll(/```js\n([^`]+)```/g)];
  expect(examples).toHaveLength(2);
  for (const [, code = ''] of examples) {
    const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
    const body = code.replace("import { decide } from '@docclf/core';", '');
    const printed: string[] = [];
    const log = (...values: unknown[]) => printed.push(values.join(' '));
    new Function('decide', 'console', body)(decide, { log });
    expect(printed).toEqual(said);
    expect(printed.length).toBeGreaterThan(0);
  }
});
