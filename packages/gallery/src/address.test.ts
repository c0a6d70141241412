import { expect, test } from 'vitest';
import { parseAddress, shownAddress } from './address.ts';

test.each([
  ['documents.docclf', true, '@docclf/node'],
  ['documents', true, '@docclf/node'],
  ['C:\\galleries\\documents', true, '@docclf/node'],
  ['./documents.db', true, '@docclf/gallery-sqlite'],
  ['documents.SQLITE3', true, '@docclf/gallery-sqlite'],
  ['postgresql://localhost/x.db', false, '@docclf/gallery-pgvector'],
  ['Chroma://localhost:8000/documents', false, '@docclf/gallery-chroma'],
  ['redis://localhost', false, 'docclf-gallery-redis'],
])('%s', (address, isFile, name) => {
  expect(parseAddress(address)).toEqual({ isFile, package: name });
});

test('shows no password', () => {
  expect(shownAddress('postgres://me:secret@host:5432/db')).toBe('postgres://me:***@host:5432/db');
  expect(shownAddress('postgres://:a:b@host/db')).toBe('postgres://:***@host/db');
  expect(shownAddress('postgres://host/db?x=a:b@c')).toBe('postgres://host/db?x=a:b@c');
  expect(shownAddress('C:\\galleries\\a@b.db')).toBe('C:\\galleries\\a@b.db');
});
