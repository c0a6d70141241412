/** `--store`: the module that opens an address is the caller's. A whole store by it: `npm run door`. */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder } from './support.ts';

const told = `
  export const createStore = (address) => { throw new Error('a store for ' + address); };
  export const readSpace = async (address) => { throw new Error('the space of ' + address); };
`;
function moduleFile(text: string): string {
  const file = temporaryFolder()('store.mjs');
  writeFileSync(file, text);
  return file;
}

it('hands the address to the module as it was given', async () => {
  const { stderr } = await docclf(['labels', '--gallery', 'mine://place?a=1#b', '--store', moduleFile(told)]);
  expect(stderr).toContain('the space of mine://place?a=1#b');
});

it('opens the side of a copy that is nobody else\u2019s', async () => {
  const file = temporaryFolder()('documents.docclf');
  const { stderr } = await docclf(['gallery', 'copy', 'mine://place', file, '--store', moduleFile(told)]);
  expect(stderr).toContain('the space of mine://place');
});

it.each([
  ['a path, which is a file', ['--gallery', 'documents.docclf']],
  ['a server of ours', ['--gallery', 'postgres://localhost/x']],
])('is refused beside %s', async (_, gallery) => {
  const { code, stderr } = await docclf(['labels', ...gallery, '--store', moduleFile(told)]);
  expect(code).toBe(2);
  expect(stderr).toContain('mine://place');
});

it('names a module that is not there, and one that is no store', async () => {
  const missing = await docclf(['labels', '--gallery', 'mine://x', '--store', './nowhere.mjs']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('./nowhere.mjs');
  const other = await docclf([
    'labels',
    '--gallery',
    'mine://x',
    '--store',
    moduleFile('export const a = 1;'),
  ]);
  expect(other.code).toBe(3);
  expect(other.stderr).toContain('createStore(address)');
});
