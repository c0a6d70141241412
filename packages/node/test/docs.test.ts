/** What the guides show can be run: their programs parse, and take from this package what it has. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as docclf from '../src/index.ts';

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>;

const programs = ['README.md', 'packages/node/README.md', 'docs/servers.md', 'docs/recipes.md'].flatMap(
  (page) =>
    [...readFileSync(at(page), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code]) => ({
      page,
      code: code!,
    })),
);

const importOfDocclf = /^import \{(.*?)\} from '@docclf\/node';$/gm;
const bodyOf = (code: string) =>
  code
    .replace(importOfDocclf, 'const {$1} = docclf;')
    .replace(/^import .*$/gm, '')
    .replace(/^export /gm, '');

it.each(programs)('$page: $code', ({ code }) => {
  expect(() => new AsyncFunction('docclf', bodyOf(code))).not.toThrow();
  const names = [...code.matchAll(importOfDocclf)].flatMap(([, list]) => list!.split(','));
  expect(names.map((name) => name.trim()).filter((name) => !(name in docclf))).toEqual([]);
});

it('a folder is a label, as docs/recipes.md registers one, also when it runs again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-recipe-'));
  const gallery = join(folder, 'documents.docclf');
  mkdirSync(join(folder, 'documents/id/front'), { recursive: true });
  copyFileSync(at('fixtures/documents/references/id-front.jpg'), join(folder, 'documents/id/front/1.jpg'));
  const { code } = programs.find(({ page }) => page === 'docs/recipes.md')!;
  const body = bodyOf(code)
    .replace("'documents'", JSON.stringify(join(folder, 'documents')))
    .replace("'documents.docclf'", JSON.stringify(gallery));
  try {
    for (let run = 0; run < 2; run++) await new AsyncFunction('docclf', body)(docclf);
    const classifier = await docclf.createDocClassifier({ gallery });
    expect(await classifier.labels()).toEqual([{ label: 'id/front', references: 1 }]);
    await classifier.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
