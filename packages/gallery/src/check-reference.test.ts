import { Buffer } from 'node:buffer';
import { DocclfError, type NewReference } from '@docclf/core';
import { describe, expect, test } from 'vitest';
import { checkReference, isStorable } from './check-reference.ts';

const good: NewReference = { label: 'a', vector: Float32Array.of(1, 0) };
const check = (parts: object) => checkReference({ ...good, ...parts } as NewReference, 2);
function codeOf(parts: object): string {
  try {
    check(parts);
  } catch (error) {
    return DocclfError.is(error) ? error.code : `other error: ${error}`;
  }
  return 'no error';
}

describe('the id', () => {
  const hash = 'a3'.repeat(32);
  test.each([
    [{ sourceHash: hash }, 'a3'.repeat(16)],
    [{ sourceHash: `${hash}:7` }, `${'a3'.repeat(16)}-7`],
    [{ sourceHash: hash, id: 'mine' }, 'mine'],
    // What is no SHA-256 may share its beginning with others.
    [{ sourceHash: 'urn:scan:1' }, 'urn:scan:1'],
    [{ sourceHash: `${hash}0` }, `${hash}0`],
  ])('of %j is %s', (parts, id) => {
    expect(check(parts).id).toBe(id);
  });

  test('of a bare vector is another one each time', () => {
    const [first, second] = [check({}), check({})];
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(first.id).not.toBe(second.id);
  });

  test.each(['', 'x'.repeat(201), 'a\u0000', 'a\n', '\ud800', 5, null, {}])('%j is not storable', (id) => {
    expect(isStorable(id)).toBe(false);
    expect(codeOf({ id: id ?? 0 })).toBe('REFERENCE_INVALID');
  });
});

describe('defaults and canonical forms', () => {
  test('all that is left out is filled in', () => {
    const { createdAt, id, ...rest } = check({ label: 'e\u0301' });
    expect(rest).toEqual({
      label: 'é',
      vector: good.vector,
      metadata: {},
      sourceHash: null,
      attachments: {},
    });
    expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(60_000);
  });

  test('a date of any zone becomes UTC', () => {
    expect(check({ createdAt: '2024-05-06T07:08:09+02:00' }).createdAt).toBe('2024-05-06T05:08:09.000Z');
  });

  test('metadata is kept to the letter', () => {
    const metadata = {
      a: [null, true, 'é\u0000\ud800', 1e-7, { '': {} }],
      ...JSON.parse('{"__proto__": 1}'),
    };
    expect(JSON.stringify(check({ metadata }).metadata)).toBe(JSON.stringify(metadata));
    expect(check({ metadata: Object.assign(Object.create(null), { a: 1 }) }).metadata).toEqual({ a: 1 });
  });

  test('metadata that JSON would change is refused, however deep it lies', () => {
    class Point {
      x = 1;
    }
    const changed = [
      undefined,
      Number.NaN,
      -1 / 0,
      new Date(0),
      new Map(),
      new Set(),
      /x/,
      new Point(),
      () => 1,
    ];
    const more = [1n, Symbol('x'), new Uint8Array(2), new Array(2), { toJSON: () => 1 }, Object('text')];
    for (const value of [...changed, ...more]) {
      expect(codeOf({ metadata: { value } }), String(value?.constructor.name)).toBe('REFERENCE_INVALID');
      expect(codeOf({ metadata: { list: [1, { value }] } })).toBe('REFERENCE_INVALID');
    }
  });

  test('metadata of any depth or number of values costs little', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = { deep };
    expect(codeOf({ metadata: deep })).toBe('REFERENCE_INVALID');
    // 2^40 values, of which each is listed twice.
    let shared: unknown = 1;
    for (let i = 0; i < 40; i++) shared = [shared, shared];
    expect(codeOf({ metadata: { shared } })).toBe('REFERENCE_INVALID');
  });
});

test.each([
  ['REFERENCE_INVALID', { metadata: [] }],
  ['REFERENCE_INVALID', { metadata: 'text' }],
  ['REFERENCE_INVALID', { metadata: () => {} }],
  ['REFERENCE_INVALID', { metadata: { n: 1n } }],
  ['REFERENCE_INVALID', { metadata: new Map([['a', 1]]) }],
  ['REFERENCE_INVALID', { createdAt: 'yesterday' }],
  // `Date` reads all of these.
  ['REFERENCE_INVALID', { createdAt: '1' }],
  ['REFERENCE_INVALID', { createdAt: 'form 12' }],
  ['REFERENCE_INVALID', { createdAt: '2024-02-30x' }],
  ['REFERENCE_INVALID', { createdAt: 5 }],
  ['REFERENCE_INVALID', { createdAt: null }],
  ['REFERENCE_INVALID', { attachments: 'text' }],
  [
    'REFERENCE_INVALID',
    { attachments: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, Uint8Array.of(1)])) },
  ],
  ['REFERENCE_INVALID', { sourceHash: '' }],
  ['REFERENCE_INVALID', { sourceHash: 'a\u0000' }],
  ['REFERENCE_INVALID', { attachments: { thumbnail: [1, 2] } }],
  ['REFERENCE_INVALID', { attachments: { '': Uint8Array.of(1) } }],
  ['REFERENCE_INVALID', { attachments: JSON.parse('{"__proto__": 1}') }],
  ['LABEL_EMPTY', { label: ' ' }],
  ['INVALID_ARGUMENT', { vector: [1, 0] }],
  ['VECTOR_DIMENSION', { vector: Float32Array.of(1) }],
  ['VECTOR_NOT_FINITE', { vector: Float32Array.of(Number.NaN, 0) }],
  ['VECTOR_NOT_UNIT', { vector: Float32Array.of(1, 1) }],
] as const)('%s for %o', (code, parts) => {
  expect(codeOf(parts)).toBe(code);
});

test('metadata that contains itself is refused', () => {
  const metadata: { self?: unknown } = {};
  metadata.self = metadata;
  expect(codeOf({ metadata })).toBe('REFERENCE_INVALID');
});

test('nothing of the input is shared, a Buffer of Node neither', () => {
  const thumbnail = Buffer.from([1, 2, 3]);
  const vector = Float32Array.of(1, 0);
  const metadata = { list: [1] };
  const reference = check({ vector, metadata, attachments: { thumbnail } });
  thumbnail.fill(0);
  vector.fill(0);
  metadata.list.push(2);
  expect(reference.attachments.thumbnail).toEqual(Uint8Array.of(1, 2, 3));
  expect(reference.vector).toEqual(Float32Array.of(1, 0));
  expect(reference.metadata).toEqual({ list: [1] });
});

test('what is no reference, or has been transferred away, is refused with a code', () => {
  for (const input of [undefined, null, 5, 'text'])
    expect(() => checkReference(input as never, 2)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  const bytes = new Uint8Array(4);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  expect(codeOf({ attachments: { thumbnail: bytes } })).toBe('REFERENCE_INVALID');
  const vector = Float32Array.of(1, 0);
  structuredClone(vector.buffer, { transfer: [vector.buffer] });
  expect(codeOf({ vector })).toBe('VECTOR_DIMENSION');
});
