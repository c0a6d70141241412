/** Names and kinds of options, for every public function: what a caller mistypes is told, and never passed over. */
import { DocclfError, describe } from './errors.ts';

/** What an option may be. Values that need more than a look at their kind are checked where they are used. */
export interface OptionKind {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** Every option of a function, none left out: a new one does not compile before it stands here. */
export type OptionTable<Options> = { readonly [Name in keyof Options]-?: OptionKind };

export const anything: OptionKind = { expected: 'any value', accepts: () => true };
export const flag: OptionKind = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};
export const callback: OptionKind = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
};
export const text: OptionKind = { expected: 'a text', accepts: (value) => typeof value === 'string' };
export const positiveWhole: OptionKind = {
  expected: 'a positive whole number',
  accepts: (value) => Number.isInteger(value) && (value as number) > 0,
};
/** Of one run of a network. More than any machine has use for would be made all the same, for minutes. */
export const threadCount: OptionKind = {
  expected: 'a whole number from 1 to 256',
  accepts: (value) => positiveWhole.accepts(value) && (value as number) <= 256,
};
export const abortSignal: OptionKind = {
  expected: 'an AbortSignal',
  accepts: (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value,
};
/** One of a few words. */
export const oneOf = (...words: readonly string[]): OptionKind => ({
  expected: `one of ${words.join(', ')}`,
  accepts: (value) => words.includes(value as string),
});

/** Done always, never, or where it is prepared for. */
export const onRequest: OptionKind = {
  expected: "'auto', true or false",
  accepts: (value) => value === 'auto' || typeof value === 'boolean',
};

/** Where a document is: to be looked for, not to be looked for, or known. Corners are checked where the picture's size is known. */
export const place: OptionKind = {
  expected: "'auto', false or the document's four corners",
  accepts: (value) => value === 'auto' || value === false || Array.isArray(value),
};

/**
 * The options, or none, checked. Undefined is the same as left out.
 *
 * @param what names the function in errors
 * @throws INVALID_ARGUMENT, with the known name that is nearest to one that is not
 */
export function checkOptions<Options extends object>(
  what: string,
  options: Options | undefined,
  table: OptionTable<Options>,
): Options {
  if (options === undefined) return {} as Options;
  if (!isObject(options) || Array.isArray(options)) {
    const expected = 'an object';
    throw invalid(`the options of ${what}`, expected, describe(options));
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(table, name)) {
      const [nearest, ...others] = byDistance(name, Object.keys(table));
      const expected = others.length === 0 ? `${nearest}` : `${nearest} (or ${others.join(', ')})`;
      throw invalid(`the name of an option of ${what}`, expected, describe(name));
    }
    const { expected, accepts } = table[name as keyof Options];
    if (value !== undefined && !accepts(value)) throw invalid(name, expected, describe(value));
  }
  return options;
}

/** Those of the options that a table names, to be passed on. */
export function only<Options extends object>(options: Options, table: OptionTable<Options>): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => Object.hasOwn(table, name)),
  ) as Options;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function invalid(argument: string, expected: string, received: string): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', { argument, expected, received });
}

function byDistance(name: string, known: readonly string[]): string[] {
  // Of an upload in place of a name, no more than a name.
  const typed = name.slice(0, 40).toLowerCase();
  const distances = new Map(known.map((one) => [one, distance(typed, one.toLowerCase())]));
  return [...known].sort((a, b) => distances.get(a)! - distances.get(b)!);
}

/** Characters to insert, leave out or exchange (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
