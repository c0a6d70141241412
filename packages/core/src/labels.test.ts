import { describe, expect, it } from 'vitest';
import { isWithin, labelAndAncestors, labelPath, maximumLabelLength, parseLabel } from './labels.ts';
import { thrownCode } from './testing.ts';

describe('parseLabel', () => {
  it.each([
    'passport',
    'insurance/acme/claim-form',
    'Straßenverkehrsamt/Führerschein 2013',
    '身分証/運転免許証',
    'بطاقة الهوية',
    '🪪/v1.2',
    '.hidden/a..b/...',
    'a\u00a0b',
  ])('keeps %s', (label) => {
    expect(parseLabel(label)).toBe(label);
  });

  // The first three are examples of Unicode Standard Annex 15; the last is a composition exclusion, which grows.
  it.each([
    ['e\u0301', '\u00e9'],
    ['\u212b', '\u00c5'],
    ['\u1112\u1161\u11ab', '\ud55c'],
    ['\u0958', '\u0915\u093c'],
  ])('makes one label of two ways to write it', (typed, canonical) => {
    expect(parseLabel(`x/${typed}`)).toBe(`x/${canonical}`);
  });

  it.each([
    ['LABEL_EMPTY', ''],
    ['LABEL_EMPTY', ' \t\n'],
    ['LABEL_TOO_LONG', 'a'.repeat(maximumLabelLength + 1)],
    ['LABEL_TOO_LONG', '\u0958'.repeat(maximumLabelLength / 2 + 1)],
    ['LABEL_INVALID', '/a'],
    ['LABEL_INVALID', 'a/'],
    ['LABEL_INVALID', 'a//b'],
    ['LABEL_INVALID', '../a'],
    ['LABEL_INVALID', 'a/.'],
    ['LABEL_INVALID', ' a'],
    ['LABEL_INVALID', 'a/b /c'],
    ['LABEL_INVALID', 'a/\u3000b'],
    ['LABEL_INVALID', 'a\u0000b'],
    ['LABEL_INVALID', 'a\nb'],
    ['LABEL_INVALID', 'a\u009bb'],
    ['LABEL_INVALID', 'a\ud800b'],
    ['INVALID_ARGUMENT', undefined],
    ['INVALID_ARGUMENT', 7],
    ['INVALID_ARGUMENT', ['a', 'b']],
  ])('answers %s for %j', (code, label) => {
    expect(thrownCode(() => parseLabel(label as string))).toBe(code);
  });

  it('takes the longest label', () => {
    expect(parseLabel('a'.repeat(maximumLabelLength))).toHaveLength(500);
  });

  it('is stable: a canonical label is its own canonical form', () => {
    const label = parseLabel('cafe\u0301/\u212b');
    expect(parseLabel(label)).toBe(label);
  });
});

it('labelPath lists the segments, root first', () => {
  expect(labelPath('insurance/acme/claim-form')).toEqual(['insurance', 'acme', 'claim-form']);
});

it.each([
  ['a', 'a', true],
  ['a/b', 'a', true],
  ['a/b/c', 'a/b', true],
  ['ab', 'a', false],
  ['a', 'a/b', false],
  ['b/a', 'a', false],
])('isWithin(%s, %s) is %s', (label, ancestor, within) => {
  expect(isWithin(label, ancestor)).toBe(within);
});

it('names a label and all that it lies within', () => {
  expect(labelAndAncestors('a/b/c')).toEqual(['a', 'a/b', 'a/b/c']);
  expect(labelAndAncestors('form')).toEqual(['form']);
});
