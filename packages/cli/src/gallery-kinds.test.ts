import { expect, it } from 'vitest';
import { kindOf, loadOptional, shownAddress } from './gallery-kinds.ts';

it.each([
  ['documents.docclf', 'gallery file'],
  ['documents', 'gallery file'],
  ['a/postgres.db', 'SQLite database'],
  ['G.SQLITE3', 'SQLite database'],
  ['postgres://db.example/documents', 'PostgreSQL'],
  ['PostgreSQL://me:x@db.example:5432/d.db?schema=a', 'PostgreSQL'],
])('%s is a %s', (address, name) => {
  expect(kindOf(address).name).toBe(name);
});

it('says how to install what is not there, and nothing else of a package that fails', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(loadOptional('x', '@docclf/x', () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'STORE_REQUIREMENT_MISSING',
    message: expect.stringContaining('npm install @docclf/x'),
    cause: missing,
  });
  const broken = new TypeError('x is not a function');
  await expect(loadOptional('x', '@docclf/x', () => Promise.reject(broken))).rejects.toBe(broken);
});

it('shows no password', () => {
  expect(shownAddress('postgres://me:secret@host:5432/db')).toBe('postgres://me:***@host:5432/db');
  expect(shownAddress('postgres://:a:b@host/db')).toBe('postgres://:***@host/db');
  expect(shownAddress('postgres://host/db?x=a:b@c')).toBe('postgres://host/db?x=a:b@c');
  expect(shownAddress('C:\\galleries\\a@b.db')).toBe('C:\\galleries\\a@b.db');
});
