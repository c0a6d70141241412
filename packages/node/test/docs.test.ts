/** What the guides show can be run: their programs run and print what they say, and their fragments are programs too. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as docclf from '../src/index.ts';

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>;

const guides = readdirSync(at('docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = ['README.md', 'packages/node/README.md', ...guides].map((page) => ({
  page,
  blocks: [...read(page).matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!),
}));
const blocks = pages.flatMap(({ page, blocks }) => blocks.map((code) => ({ page, code })));

const importLine = /^import (\{.*?\}|\w+) from '(.*?)';$/gm;
const importsOf = (code: string) =>
  [...code.matchAll(importLine)].map(([, names, from]) => ({
    names: names!.split(/[{},\s]+/).filter(Boolean),
    from: from!,
  }));

/** Needs nothing but this package: it can be run as it stands. */
const isProgram = (code: string) =>
  code.includes('createDocClassifier(') &&
  importsOf(code).some(({ from }) => from === '@docclf/node') &&
  importsOf(code).every(({ from }) => from === '@docclf/node' || from.startsWith('node:'));

const bodyOf = (code: string) =>
  code
    .replace(importLine, (_, names, from) => `const ${names} = modules(${JSON.stringify(from)});`)
    .replace(/^export default /gm, 'return ')
    .replace(/^export /gm, '');

/** The pictures of the guides, by the names that they have there. */
const pictures = {
  'form.jpg': 'references/insurance-acme-claim-form.jpg',
  'acme.jpg': 'references/insurance-acme-claim-form.jpg',
  'claim-form.jpg': 'references/insurance-acme-claim-form.jpg',
  'form-gen-2.jpg': 'references/insurance-acme-claim-form-gen-2.jpg',
  'id.jpg': 'references/id-front.jpg',
  'photo.jpg': 'probes/insurance-acme-claim-form-1.jpg',
  'letter.jpg': 'probes/unknown-letter.jpg',
  'card-on-wood.jpg': 'photos/card-on-wood.jpg',
  'documents/id/front/1.jpg': 'references/id-front.jpg',
  'documents/insurance/acme/claim-form/1.jpg': 'references/insurance-acme-claim-form.jpg',
};
const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-docs-'));
  for (const [file, picture] of Object.entries(pictures)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(at(`fixtures/documents/${picture}`), join(folder, file));
  }
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const require = createRequire(import.meta.url);
const modules = (name: string) => (name === '@docclf/node' ? docclf : require(name));

async function run(code: string): Promise<string[]> {
  const printed: string[] = [];
  const log = (...values: unknown[]) => printed.push(values.join(' '));
  const closing = code.includes('.close()') ? '' : '\nawait classifier.close();';
  await new AsyncFunction('modules', 'console', bodyOf(code) + closing)(modules, { log, error: () => {} });
  return printed;
}

it.each(pages.filter(({ blocks }) => blocks.some(isProgram)))(
  'the programs of $page run, one after the other, and again',
  async ({ blocks }) => {
    for (const code of [...blocks, ...blocks].filter(isProgram)) {
      const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
      expect(await run(code)).toEqual(said);
    }
  },
);

const doors: Record<string, string> = {
  '@docclf/node': read('packages/node/src/index.ts'),
  '@docclf/web': read('packages/web/src/index.ts'),
  '@docclf/core': read('packages/core/src/index.ts'),
};

it.each(blocks)('$page: $code', ({ code }) => {
  expect(() => new AsyncFunction('modules', bodyOf(code))).not.toThrow();
  const missing = importsOf(code)
    .filter(({ from }) => from in doors)
    .flatMap(({ names, from }) => names.filter((name) => !new RegExp(`\\b${name}\\b`).test(doors[from]!)));
  expect(missing).toEqual([]);
});
