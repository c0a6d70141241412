import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it('quotes what would end a cell, leaves numbers and nothing as they are', () => {
  expect(csvLine(['a,b', 'say "x"', 'plain', 0.5, undefined, null])).toBe('"a,b","say ""x""",plain,0.5,,');
});

it('ends no line and no formula by a name from outside', () => {
  expect(csvLine(['two\nlines', '=1+1', '-x', -0.5])).toBe('two\\u000alines, =1+1, -x,-0.5');
});
