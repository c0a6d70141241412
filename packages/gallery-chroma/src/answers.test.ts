import { describe, expect, it } from 'vitest';
import { areRecords, readWritten } from './answers.ts';
import { decodeReference } from './records.ts';

const records = {
  ids: ['a', 'b'],
  metadatas: [{ label: 'x' }, null],
  documents: ['{}', null],
  embeddings: [[1, 0], null],
};

describe('answers of Chroma', () => {
  it('are taken with what was asked for, and without', () => {
    expect(areRecords('get', records)).toBe(true);
    expect(areRecords('get', { ids: ['a'], metadatas: null, uris: null })).toBe(true);
    expect(areRecords('get', { ids: [] })).toBe(true);
    const queried = { ids: [['a']], metadatas: [[{ label: 'x' }]], documents: null, embeddings: [[[1, 0]]] };
    expect(areRecords('query', queried)).toBe(true);
    expect(areRecords('query', { ids: [] })).toBe(true);
  });

  it.each([
    null,
    'text',
    [],
    {},
    { ...records, ids: null },
    { ...records, ids: ['a', 5] },
    { ...records, ids: ['a'] },
    { ...records, metadatas: {} },
    { ...records, metadatas: [[], null] },
    { ...records, metadatas: ['x', null] },
    { ...records, documents: [{}, null] },
    { ...records, documents: 'ab' },
    { ...records, embeddings: [[1, '0'], null] },
    { ...records, embeddings: [[1, null], null] },
    { ...records, embeddings: [{ length: 2 }, null] },
  ])('are not when they were altered: %j', (answer) => {
    expect(areRecords('get', answer)).toBe(false);
    const { ids, metadatas, documents, embeddings } = (answer ?? {}) as Partial<typeof records>;
    const queried = { ids: [ids], metadatas: [metadatas], documents: [documents], embeddings: [embeddings] };
    expect(areRecords('query', queried)).toBe(false);
  });

  it.each(['no JSON', 'null}', '{"attachments":5}', '{"attachments":[["a",5]]}', '{"attachments":[null]}'])(
    'are not taken with a document that this store never wrote: %s',
    (document) => {
      expect(() => decodeReference('a', { label: 'x' }, document, [1, 0])).toThrow(
        expect.objectContaining({ code: 'GALLERY_FILE_CORRUPT' }),
      );
    },
  );

  it('are read as they are when they are sound', () => {
    expect(readWritten('it', () => 5)).toBe(5);
  });
});
