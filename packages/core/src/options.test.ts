import { expect, test } from 'vitest';
import { DocclfError } from './errors.ts';
import { abortSignal, anything, checkOptions, flag, type OptionTable, oneOf, only } from './options.ts';

interface Options {
  readonly gallery?: string;
  readonly rotations?: boolean;
  readonly signal?: AbortSignal;
  readonly existing?: 'keep' | 'replace';
}
const table: OptionTable<Options> = {
  gallery: anything,
  rotations: flag,
  signal: abortSignal,
  existing: oneOf('keep', 'replace'),
};
const check = (options: unknown) => checkOptions('createThing', options as Options, table);

function errorOf(options: unknown): DocclfError<'INVALID_ARGUMENT'> {
  try {
    check(options);
  } catch (error) {
    if (DocclfError.is(error, 'INVALID_ARGUMENT')) return error;
    throw error;
  }
  throw new Error('no error');
}

test('right options pass, undefined is left out, and none are no options', () => {
  const options = {
    gallery: 'x',
    rotations: false,
    signal: new AbortController().signal,
    existing: undefined,
  };
  expect(check(options)).toBe(options);
  expect(check(undefined)).toEqual({});
});

test.each([
  ['galery', 'gallery'],
  ['Rotation', 'rotations'],
  ['sgnal', 'signal'],
  ['EXISTING', 'existing'],
])('%s is refused, with %s as the nearest name', (name, nearest) => {
  const { details, message } = errorOf({ [name]: undefined });
  expect(details.expected.startsWith(`${nearest} (or `)).toBe(true);
  expect(message).toContain('an option of createThing');
});

test.each(['__proto__', 'constructor', 'toString', 'x'.repeat(1_000_000)])('%.20s is no option', (name) => {
  expect(errorOf(JSON.parse(`{${JSON.stringify(name)}:1}`)).message.length).toBeLessThan(300);
});

test.each([null, 5, 'text', true, [], () => {}])('%s is no object of options', (options) => {
  expect(errorOf(options).details.argument).toBe('the options of createThing');
});

test.each([
  ['rotations', 1],
  ['rotations', 'yes'],
  ['signal', {}],
  ['signal', null],
  ['existing', 'kept'],
])('%s may not be %s', (name, value) => {
  expect(errorOf({ [name]: value }).details.argument).toBe(name);
});

test('what belongs to another function is left out when options are passed on', () => {
  expect(only({ gallery: 'x', other: 1 } as Options, table)).toEqual({ gallery: 'x' });
});
