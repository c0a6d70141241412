import { expect, it } from 'vitest';
import { jsonLine, pad, printable, widest } from './text.ts';

it('writes what would steer a terminal as escapes', () => {
  expect(printable('a\u001b[31m\u009b\n\u202eb\u007f')).toBe('a\\u001b[31m\\u009b\\u000a\\u202eb\\u007f');
  expect(printable('台灣駕照 é 👩‍🚀')).toBe('台灣駕照 é 👩‍🚀');
  const value = { file: 'x\u2028\u0085"\\\ud800' };
  expect(JSON.parse(jsonLine(value))).toEqual(value);
  expect(jsonLine(value)).toMatch(/^[\x20-\x7e]+$/);
});

it('counts columns, not characters', () => {
  expect(pad('台灣', 6)).toBe('台灣  ');
  expect(pad('e\u0301', 3)).toBe('e\u0301  ');
  expect(pad('too long', 3)).toBe('too long');
  expect(widest(['台灣駕照', 'abcdef'])).toBe(8);
  expect(widest(['x'.repeat(500)])).toBe(48);
  expect(widest([])).toBe(0);
});
