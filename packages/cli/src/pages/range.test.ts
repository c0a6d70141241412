import { expect, it } from 'vitest';
import { parsePages } from './range.ts';

it.each([
  ['first', 1, 1],
  ['all', 1, Number.POSITIVE_INFINITY],
  ['3', 3, 3],
  ['1-3', 1, 3],
  ['2-', 2, Number.POSITIVE_INFINITY],
])('reads %s', (text, from, to) => {
  expect(parsePages(text)).toEqual({ from, to });
});

it.each(['', '0', '0-2', '3-2', '-2', '1,3', 'last', '1-3-5', '1e3', ' 1', '9999999'])(
  'refuses %j',
  (text) => {
    expect(() => parsePages(text)).toThrow('Expected first, all');
  },
);
